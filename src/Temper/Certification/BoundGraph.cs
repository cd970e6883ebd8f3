using Temper.Certification.Maps;
using Temper.Models;
using Temper.Models.Graphs;
using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>A network as bounds see it: affine operators and curves in order.</summary>
/// <param name="steps">The steps.</param>
/// <param name="shapes">The shape of every value after the examples; value 0 is the input.</param>
/// <param name="output">The number of the scores.</param>
/// <param name="rough">The same network in float32, owned; null where this is it.</param>
internal sealed class BoundGraph(
    IReadOnlyList<BoundStep> steps,
    IReadOnlyList<long[]> shapes,
    int output,
    BoundGraph? rough = null
) : IDisposable
{
    private readonly Dictionary<int, int> _makers = steps.Select((s, i) => (s.Output, i)).ToDictionary();

    /// <summary>Gets the steps.</summary>
    public IReadOnlyList<BoundStep> Steps => steps;

    /// <summary>Gets the shape of every value after the examples.</summary>
    public IReadOnlyList<long[]> Shapes => shapes;

    /// <summary>Gets the number of the scores.</summary>
    public int Output => output;

    /// <summary>Gets the same network in float32: searches go by it, and what they find is looked at afresh in float64.</summary>
    public BoundGraph Rough => rough ?? this;

    /// <summary>Gets the number of values of the largest value.</summary>
    public long Widest => shapes.Max(Size);

    /// <summary>Multiply-adds, at most, that linear bounds of one example cost: a line below and above whatever enters a curve, and one for each score, brought back to the input.</summary>
    public double LinearWork()
    {
        var (before, work) = (0.0, 0.0);
        foreach (var step in steps)
        {
            if (step.Op is AffineOp affine)
            {
                before += (double)affine.Cost * SizeOf(step.Output);
            }
            else
            {
                work += 2.0 * SizeOf(step.Inputs[0]) * before;
            }
        }
        return work + (SizeOf(output) * before);
    }

    /// <summary>The step that makes a value; null for the input.</summary>
    public int? MakerOf(int value) => _makers.TryGetValue(value, out var step) ? step : null;

    /// <summary>How many numbers a value holds.</summary>
    public long SizeOf(int value) => Size(shapes[value]);

    /// <summary>The network of a classifier, in evaluation mode.</summary>
    /// <param name="model">The classifier.</param>
    /// <returns>The network, which the caller owns, or why there are no bounds of it.</returns>
    public static (BoundGraph? Graph, string? Problem) Of(IClassifier model)
    {
        if (InnerModule.Of(model) is not GraphModule module)
        {
            return (
                null,
                "its operators are not known one by one, as in TorchScript and modules of one's own; give it as ONNX, or as weights with --arch"
            );
        }
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (rough, problem) = new GraphReader(module, ScalarType.Float32).Read();
        return rough is null ? (null, problem) : new GraphReader(module, ScalarType.Float64).Read(rough);
    }

    /// <summary>The scores at points.</summary>
    /// <param name="inputs">Float64 (N, C, H, W).</param>
    public Tensor Scores(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        var values = new Tensor?[shapes.Count];
        values[0] = inputs;
        foreach (var step in steps)
        {
            values[step.Output] = step.Op.Apply([.. step.Inputs.Select(i => values[i]!)]);
        }
        return (output == 0 ? inputs.alias() : values[output]!).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var step in steps)
        {
            step.Op.Dispose();
        }
        rough?.Dispose();
    }

    private static long Size(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);
}
