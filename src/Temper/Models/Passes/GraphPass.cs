using Temper.Models.Graphs;
using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary>
/// Many passes through a network whose weights stand still: scores, and the gradient of a scalar of the scores with respect to the
/// input, without the gradients of the weights and without autograd's bookkeeping. What can be prepared from the weights is, once.
/// </summary>
/// <remarks>Open it in the mode the passes are made in; the weights must not change while it is open.</remarks>
internal sealed class GraphPass : IDisposable
{
    private readonly GraphModule _module;
    private readonly bool _training;
    private readonly PassStep[] _steps;
    private readonly Tensor?[] _weights;
    private readonly List<IDisposable> _prepared = [];

    private GraphPass(GraphModule module, long batch)
    {
        _module = module;
        _training = module.training;
        var weights = module.Weights().ToList();
        var folds = !_training && module.Passes.FoldBatchNorm;
        var steps = folds ? BatchNormFolding.Fold(module, weights, _prepared) : module.Steps;
        if (module.KeepsChannelsLast(batch))
        {
            steps = FlattenFolding.Fold(module, steps, weights, _prepared);
        }
        _weights = [.. weights];
        _steps = PassStep.Plan(steps, module.OutputSlot);
    }

    /// <summary>Opens a pass.</summary>
    /// <param name="model">The model, in its mode.</param>
    /// <param name="batch">The number of examples of most passes; it decides how the weights are prepared.</param>
    /// <returns>Null where the model is not a graph, or the plain path is asked for; the caller disposes it.</returns>
    public static GraphPass? Open(IClassifier model, long batch) =>
        InnerModule.Of(model) is GraphModule { Passes.InputGradients: true } module ? new(module, batch) : null;

    /// <summary>Scores, a loss of them, and the gradient of the loss's sum with respect to the input.</summary>
    /// <param name="x">Inputs, shape (N, C, H, W); borrowed.</param>
    /// <param name="loss">Maps the scores (N, classes) to the loss per example and the gradient of its sum with respect to the scores.</param>
    /// <returns>Scores, loss, and gradient, shape as <paramref name="x"/>, contiguous; the caller owns all three.</returns>
    public (Tensor Scores, Tensor Loss, Tensor Gradient) Gradient(
        Tensor x,
        Func<Tensor, (Tensor PerExample, Tensor Slope)> loss
    )
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var values = Start(x);
        var records = new OpRecord?[_steps.Length];
        for (var i = 0; i < _steps.Length; i++)
        {
            records[i] = Record(_steps[i], values);
        }
        var scores = values[_module.OutputSlot]!;
        var gradients = new GradientSums(values.Length);
        var (perExample, slope) = loss(scores);
        gradients.Add(_module.OutputSlot, slope, isShared: true);
        for (var i = _steps.Length - 1; i >= 0; i--)
        {
            if (records[i] is { } record)
            {
                gradients.GoBack(_steps[i], record);
                record.Dispose();
            }
        }
        var gradient = gradients.Of(0)?.contiguous() ?? zeros_like(x);
        return (
            scores.alias().MoveToOuterDisposeScope(),
            perExample.MoveToOuterDisposeScope(),
            gradient.MoveToOuterDisposeScope()
        );
    }

    /// <summary>Scores alone.</summary>
    /// <param name="x">Inputs, shape (N, C, H, W); borrowed.</param>
    /// <returns>Shape (N, classes); the caller owns it.</returns>
    public Tensor Scores(Tensor x)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var values = Start(x);
        foreach (var step in _steps)
        {
            values[step.Output] = step.Op.Apply(step.Take(values), _training);
            step.Forget(values);
        }
        return values[_module.OutputSlot]!.alias().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var prepared in _prepared)
        {
            prepared.Dispose();
        }
    }

    private Tensor?[] Start(Tensor x)
    {
        var values = (Tensor?[])_weights.Clone();
        values[0] = _module.Arranged(x);
        return values;
    }

    private OpRecord? Record(PassStep step, Tensor?[] values)
    {
        OpRecord? record = null;
        if (step.Wanted.Contains(true))
        {
            record = step.Op.Record(new(step, step.Take(values), _training, _module.Passes, _prepared));
            values[step.Output] = record.Output;
        }
        else
        {
            values[step.Output] = step.Op.Apply(step.Take(values), _training);
        }
        step.Forget(values);
        return record;
    }
}
