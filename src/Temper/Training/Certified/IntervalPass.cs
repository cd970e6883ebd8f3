using Temper.Errors;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using static TorchSharp.torch;

namespace Temper.Training.Certified;

/// <summary>One pass of intervals through a network's own graph, beside the clean inputs, with graphs to the weights.</summary>
/// <remarks>Tensors belong to the caller's dispose scope. Cost: as three forward passes (clean inputs, middles, radii).</remarks>
internal sealed class IntervalPass
{
    // Up to here a table of all pairs is smaller than rows for each example of a usual batch.
    private const long FewClasses = 32;

    private readonly Tensor?[] _stored;
    private readonly Enclosure?[] _values;
    private readonly bool _sums;

    /// <summary>Makes the pass.</summary>
    /// <param name="module">The network, in its mode; in train mode running statistics move by the clean inputs.</param>
    /// <param name="clean">The clean inputs (N, C, H, W).</param>
    /// <param name="low">The boxes' lower corners.</param>
    /// <param name="high">Their upper corners.</param>
    /// <param name="sums">Whether the regularisers will ask for sums over what enters ReLUs.</param>
    /// <exception cref="ModelException">The network is none of known operators, or holds one bounds do not know.</exception>
    public IntervalPass(nn.Module module, Tensor clean, Tensor low, Tensor high, bool sums = false)
    {
        _sums = sums;
        Module =
            module as GraphModule
            ?? throw new ModelException(
                "training with bounds: the network's operators are not known one by one, as in TorchScript and modules of one's own; write it as layers, take a built-in one, or import ONNX."
            );
        _stored = Module.Weights();
        _values = new Enclosure?[_stored.Length];
        _values[0] = Enclosure.Box(clean, low, high, Module.Arranged);
        foreach (var step in Module.Steps)
        {
            if (Array.TrueForAll(step.Inputs, slot => _stored[slot] is not null))
            {
                _stored[step.Output] = step.Op.Apply([.. step.Inputs.Select(slot => _stored[slot]!)], training: false);
            }
            else if (step != Last)
            {
                _values[step.Output] = Apply(step);
            }
        }
    }

    /// <summary>Gets the network.</summary>
    public GraphModule Module { get; }

    /// <summary>Gets the last step where that is linear and makes the scores: it is joined with their differences; null otherwise.</summary>
    public GraphStep? Last =>
        Module.Steps[^1] is { Op: Linear } last
        && last.Output == Module.OutputSlot
        && _stored[last.Inputs[1]] is not null
            ? last
            : null;

    /// <summary>Gets what enters the ReLUs, in order.</summary>
    public IEnumerable<Enclosure> BeforeRelu =>
        Module.Steps.Where(s => s.Op is Relu && _values[s.Inputs[0]] is not null).Select(s => _values[s.Inputs[0]]!);

    /// <summary>A value that depends on the input; null for others.</summary>
    public Enclosure? Of(int slot) => _values[slot];

    /// <summary>A value that depends on weights alone.</summary>
    public Tensor Stored(int slot) => _stored[slot]!;

    /// <summary>The scores at the clean inputs.</summary>
    public Tensor Scores() =>
        Last is { } last
            ? last.Op.Apply([Of(last.Inputs[0])!.Nominal, .. last.Inputs[1..].Select(Stored)], training: false)
            : Of(Module.OutputSlot)!.Nominal;

    /// <summary>What the scores of other classes less that of the label lie between, the last layer joined with the difference.</summary>
    /// <param name="labels">The labels, int64 (N).</param>
    /// <returns>Middles and radii (N, classes − 1), in the order of <see cref="Others"/>.</returns>
    public (Tensor Middle, Tensor Radius) Margins(Tensor labels)
    {
        if (Last is not { } last)
        {
            var scores = Of(Module.OutputSlot)!;
            var others = Others(labels, scores.Nominal.shape[1]);
            var own = labels.unsqueeze(1);
            return (
                scores.Middle.gather(1, others) - scores.Middle.gather(1, own),
                scores.Radius.gather(1, others) + scores.Radius.gather(1, own)
            );
        }
        var x = Of(last.Inputs[0])!;
        if (Stored(last.Inputs[1]).shape[0] <= FewClasses)
        {
            return ByTable(last, x, labels);
        }
        var (rows, shift) = Differences(last, labels);
        var middle = rows.matmul(x.Middle.unsqueeze(2)).squeeze(2);
        return (shift is null ? middle : middle + shift, rows.abs().matmul(x.Radius.unsqueeze(2)).squeeze(2));
    }

    /// <summary>The last layer's rows of the other classes less that of the label.</summary>
    /// <returns>Weights (N, classes − 1, I), and biases (N, classes − 1) where there are any.</returns>
    public (Tensor Rows, Tensor? Shift) Differences(GraphStep last, Tensor labels)
    {
        var weight = Stored(last.Inputs[1]);
        var others = Others(labels, weight.shape[0]);
        Tensor Of(Tensor t) => t.index_select(0, others.flatten()).view([.. others.shape, .. t.shape[1..]]);
        var rows = Of(weight) - weight.index_select(0, labels).unsqueeze(1);
        var shift = last.Inputs.Length > 2 ? Stored(last.Inputs[2]) : null;
        return (rows, shift is null ? null : Of(shift) - shift.index_select(0, labels).unsqueeze(1));
    }

    /// <summary>The differences of the scores as linear functions of a value.</summary>
    /// <param name="labels">The labels, int64 (N).</param>
    /// <returns>The value's slot, functions of it (N, classes − 1, …), and what they add, null for 0.</returns>
    public (int Slot, Tensor Rows, Tensor? Shift) Functions(Tensor labels)
    {
        if (Last is { } last)
        {
            var (rows, shift) = Differences(last, labels);
            return (last.Inputs[0], rows, shift);
        }
        var scores = Of(Module.OutputSlot)!.Nominal;
        var classes = scores.shape[1];
        var one =
            nn.functional.one_hot(Others(labels, classes), classes)
            - nn.functional.one_hot(labels, classes).unsqueeze(1);
        return (Module.OutputSlot, one.to(scores.dtype), null);
    }

    /// <summary>The other classes of each example, from the one after its label round to the one before.</summary>
    public static Tensor Others(Tensor labels, long classes) =>
        (labels.unsqueeze(1) + arange(1, classes, ScalarType.Int64, labels.device)).remainder(classes);

    /// <summary>The margins by a table of all pairs of classes: rows for each example cost more, most of all in the gradient.</summary>
    private (Tensor Middle, Tensor Radius) ByTable(GraphStep last, Enclosure x, Tensor labels)
    {
        var weight = Stored(last.Inputs[1]);
        var classes = weight.shape[0];
        var (others, own) = (Others(labels, classes), labels.unsqueeze(1));
        var middles = last.Op.Apply([x.Middle, .. last.Inputs[1..].Select(Stored)], training: false);
        var spans = (weight.unsqueeze(0) - weight.unsqueeze(1)).abs().flatten(0, 1);
        var radii = x.Radius.matmul(spans.t());
        return (middles.gather(1, others) - middles.gather(1, own), radii.gather(1, others + (own * classes)));
    }

    private Enclosure Apply(GraphStep step) =>
        IntervalRules.Apply(
            step.Op,
            [.. step.Inputs.Select(slot => (_stored[slot], _values[slot]))],
            Module.training,
            _sums
        );
}
