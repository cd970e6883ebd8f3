using Temper.Attacks;
using Temper.Data;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>What an objective works with during one training step. All tensors are borrowed.</summary>
public sealed class StepContext : IDisposable
{
    private readonly MeteredClassifier _model;
    private readonly Rng _rng;
    private readonly Mode _innerMode;
    private readonly IModelSource? _others;
    private readonly List<Action> _beforeMoving = [];
    private readonly List<Action> _afterwards = [];
    private readonly List<Tensor> _owned = [];
    private readonly StepMemory _memory = new();

    internal StepContext(
        MeteredClassifier model,
        Batch batch,
        ThreatModel threat,
        Rng rng,
        (uint Number, double Fraction) place,
        Mode innerMode,
        IModelSource? others = null
    )
    {
        (_model, Batch, Threat, _rng, _innerMode, _others) = (model, batch, threat, rng, innerMode, others);
        (Number, Fraction) = place;
    }

    /// <summary>Gets the clean batch.</summary>
    public Batch Batch { get; }

    /// <summary>Gets the threat model at the budget of this step (warm-up included).</summary>
    public ThreatModel Threat { get; }

    /// <summary>Gets the number of the step, from 0.</summary>
    public uint Number { get; }

    /// <summary>Gets how much of the training is done, from 0 to below 1.</summary>
    public double Fraction { get; }

    /// <summary>Gets how much of its full value the budget of this step is, from 0 to 1.</summary>
    public double Grown { get; init; } = 1;

    /// <summary>Gets or sets the share of the label that cross-entropies spread evenly over all classes.</summary>
    public double Smoothing { get; set; }

    /// <summary>Gets or sets what the lengths of inner steps are multiplied with.</summary>
    public double StepFactor { get; set; } = 1;

    /// <summary>Gets the number of the epoch, from 0.</summary>
    public uint Epoch { get; internal init; }

    /// <summary>Gets the examples the model got right, of the inputs that count.</summary>
    internal int Correct { get; set; }

    /// <summary>Gets the module the scores come from.</summary>
    internal nn.Module Module =>
        InnerModule.Of(_model) ?? throw new InvalidOperationException("the model in training is not a module.");

    /// <summary>The stream of a choice that the method makes for the whole batch.</summary>
    internal Rng Stream(string purpose) => _rng.Fork(purpose);

    /// <summary>Runs the inner maximisation in the recipe's inner mode.</summary>
    /// <param name="attack">The attack; its last iterate is taken.</param>
    /// <returns>Crafted inputs; the caller owns them.</returns>
    public Tensor Craft(Attack attack)
    {
        return Once(() =>
        {
            using var mode = _model.Enter(_innerMode);
            return [attack.Perturb(_model, Batch, Threat, _rng, Number)];
        })[0];
    }

    /// <summary>Runs another search for inputs in the recipe's inner mode.</summary>
    /// <param name="search">Gets the metered model, the stream and the step; returns inputs.</param>
    /// <returns>What the search returned.</returns>
    public Tensor Craft(Func<MeteredClassifier, Rng, uint, Tensor> search) => Craft(_innerMode, search);

    /// <summary>Runs a search for inputs in a mode that the method itself asks for.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="search">Gets the metered model, the stream and the step; returns inputs.</param>
    /// <returns>What the search returned.</returns>
    public Tensor Craft(Mode mode, Func<MeteredClassifier, Rng, uint, Tensor> search)
    {
        return Once(() =>
        {
            using var scope = _model.Enter(mode);
            return [search(_model, _rng, Number)];
        })[0];
    }

    /// <summary>
    /// Finds something once per step: when the loss is computed anew at other weights, as by adversarial weight perturbation, what was
    /// found is given again. All <c>Craft</c> methods do so.
    /// </summary>
    /// <param name="find">Finds tensors without a graph; in every computation of the loss, calls come in the same order.</param>
    /// <returns>What was found; the caller owns it.</returns>
    public IReadOnlyList<Tensor> Once(Func<IReadOnlyList<Tensor>> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        return _memory.Once(find);
    }

    /// <summary>The length of an inner step at this point of the training.</summary>
    /// <param name="step">The step as the recipe has it.</param>
    /// <returns>In input units.</returns>
    public double Length(StepSize step) => StepFactor * step.For(Threat.Epsilon);

    /// <summary>An inner step at this point of the training, for an attack.</summary>
    /// <param name="step">The step as the recipe has it.</param>
    /// <returns>The step itself while its length stays as written.</returns>
    public StepSize Scaled(StepSize step) => StepFactor is 1 ? step : StepSize.Absolute(Length(step));

    /// <summary>Scores of the model in train mode, with a graph to the weights; the trainer's backward pass is counted with them.</summary>
    /// <param name="inputs">Inputs, borrowed; the loss must depend on every score.</param>
    /// <returns>Shape (N, classes); the caller owns it.</returns>
    /// <remarks>Running statistics of BatchNorm move by the inputs, in the order of the calls.</remarks>
    public Tensor Logits(Tensor inputs)
    {
        Backward(inputs.shape[0]);
        return _model.Logits(inputs);
    }

    /// <summary>Mean cross-entropy of scores of the batch's examples, labels smoothed and mixed as the recipe has it.</summary>
    /// <param name="logits">Shape (N, classes), borrowed.</param>
    /// <returns>A scalar; the caller owns it.</returns>
    public Tensor CrossEntropy(Tensor logits)
    {
        if (Batch.Mix is null)
        {
            return nn.functional.cross_entropy(logits, Batch.Labels, label_smoothing: Smoothing);
        }
        using var scope = NewDisposeScope();
        return CrossEntropies(logits).mean().MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="CrossEntropy"/>, for each example.</summary>
    /// <param name="logits">Shape (N, classes), borrowed.</param>
    /// <returns>Shape (N); the caller owns it.</returns>
    public Tensor CrossEntropies(Tensor logits) => StepLabels.CrossEntropies(Batch, Smoothing, logits);

    /// <summary>The labels as probabilities, smoothed and mixed as the recipe has it.</summary>
    /// <param name="logits">Scores, whose classes and type they take, borrowed.</param>
    /// <returns>Shape (N, classes); the caller owns it.</returns>
    public Tensor Probabilities(Tensor logits) => StepLabels.Probabilities(Batch, Smoothing, logits);

    /// <summary>Counts the examples that are right, for the accuracy of the epoch; once per step, for the inputs that train the weights.</summary>
    /// <param name="logits">Shape (N, classes), borrowed.</param>
    public void CountRight(Tensor logits) => Correct += Batch.Count - Margin.CountWrong(logits, Batch.Labels);

    /// <summary>Mean cross-entropy of the model in train mode, with a graph to the weights; these inputs count for the accuracy.</summary>
    /// <param name="inputs">Inputs, borrowed.</param>
    /// <returns>A scalar; the caller owns it.</returns>
    public Tensor CrossEntropyAt(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        var logits = Logits(inputs);
        CountRight(logits);
        return CrossEntropy(logits).MoveToOuterDisposeScope();
    }

    /// <summary>Does something once backward has run, before the weights move; where the step fails, when it ends.</summary>
    /// <param name="action">What to do.</param>
    public void BeforeMoving(Action action) => _beforeMoving.Add(action);

    /// <summary>Does something once backward has run and the weights have moved.</summary>
    /// <param name="action">What to do.</param>
    public void Afterwards(Action action) => _afterwards.Add(action);

    /// <summary>Opens another network, which the training leaves as it is; its passes are counted.</summary>
    /// <param name="name">Its name in the recipe.</param>
    /// <returns>The network, which borrows the one that was opened; it can be disposed or not.</returns>
    /// <exception cref="ConfigException">This training knows no other networks.</exception>
    public MeteredClassifier Other(string name) =>
        _others is null
            ? throw new ConfigException(
                null,
                null,
                "training.objective",
                $"'{name}' is to be opened, and this training knows no other networks; set TrainPlan.Others."
            )
            : new(_others.Open(name, _model), _model.Meter);

    /// <summary>The gradient of a loss with respect to inputs, itself with a graph to the weights.</summary>
    /// <param name="loss">A scalar of <see cref="Logits"/> of the inputs.</param>
    /// <param name="inputs">The inputs, which require gradients.</param>
    /// <returns>Shape as the inputs; the caller owns it.</returns>
    /// <remarks>Two passes back: this one, and that through the graph of the gradient when the weights move.</remarks>
    internal Tensor InputGradient(Tensor loss, Tensor inputs)
    {
        _model.Meter.AddGradients(inputs.shape[0]);
        Backward(inputs.shape[0]);
        return autograd.grad([loss], [inputs], retain_graph: true, create_graph: true)[0];
    }

    /// <summary>Counts passes back that the trainer's backward makes over the batch.</summary>
    /// <param name="examples">The examples they go over.</param>
    internal void Backward(long examples)
    {
        WeightGradients += examples;
        _model.Meter.AddGradients(examples);
    }

    /// <summary>Gets how many of the passes back lead to the weights, in examples; the others lead to inputs.</summary>
    internal long WeightGradients { get; private set; }

    /// <summary>Gets where passes are counted that go through the network's operators one by one.</summary>
    internal QueryMeter Meter => _model.Meter;

    /// <summary>Gives running statistics of BatchNorm back the values they have now, once the weights have moved.</summary>
    /// <remarks>Not at once: autograd refuses graphs whose buffers were written since.</remarks>
    internal void KeepStatistics()
    {
        var saved = Statistics();
        Afterwards(() => PutBack(saved));
    }

    /// <summary>Copies of the model's buffers, kept until the step ends.</summary>
    internal (Tensor Buffer, Tensor Saved)[] Statistics()
    {
        (Tensor Buffer, Tensor Saved)[] saved =
        [
            .. (InnerModule.Of(_model)?.named_buffers() ?? []).Select(b =>
                (b.buffer, b.buffer.clone().DetachFromDisposeScope())
            ),
        ];
        _owned.AddRange(saved.Select(s => s.Saved));
        return saved;
    }

    /// <summary>Gives buffers back the values they had.</summary>
    internal static void PutBack((Tensor Buffer, Tensor Saved)[] saved)
    {
        using var noGrad = no_grad();
        foreach (var (buffer, value) in saved)
        {
            buffer.copy_(value);
        }
    }

    /// <summary>From here on, what is found is kept, for the loss will be computed again.</summary>
    internal void Remember() => _memory.Begin();

    /// <summary>The loss is computed again, from what was found.</summary>
    internal void Again()
    {
        _memory.Rewind();
        Correct = 0;
        _afterwards.Clear();
    }

    /// <summary>Does what was asked for <see cref="BeforeMoving"/>.</summary>
    internal void Ready()
    {
        _beforeMoving.ForEach(action => action());
        _beforeMoving.Clear();
    }

    /// <summary>Does what was asked for <see cref="Afterwards"/>.</summary>
    internal void Finish()
    {
        _afterwards.ForEach(action => action());
        _afterwards.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Ready();
        _owned.ForEach(tensor => tensor.Dispose());
        _owned.Clear();
        _memory.Dispose();
    }
}
