using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary>The gradients that have arrived at each value of a graph on the way back, summed where several branches meet.</summary>
/// <param name="count">The number of values.</param>
internal sealed class GradientSums(int count)
{
    private readonly Tensor?[] _sums = new Tensor?[count];

    // Memory that another branch reads as well must not be written to.
    private readonly bool[] _shared = new bool[count];

    /// <summary>The sum at a value; null where nothing arrived.</summary>
    /// <param name="slot">The value.</param>
    public Tensor? Of(int slot) => _sums[slot];

    /// <summary>Takes a gradient over.</summary>
    /// <param name="slot">The value it arrives at.</param>
    /// <param name="gradient">The gradient; owned from now on.</param>
    /// <param name="isShared">Whether its memory may be read elsewhere.</param>
    public void Add(int slot, Tensor gradient, bool isShared)
    {
        if (_sums[slot] is not { } sum)
        {
            (_sums[slot], _shared[slot]) = (gradient, isShared);
            return;
        }
        // Written into whichever of the two is nobody else's.
        _sums[slot] =
            !isShared ? gradient.add_(sum).alias()
            : !_shared[slot] ? sum.add_(gradient).alias()
            : sum.add(gradient);
        _shared[slot] = false;
        gradient.Dispose();
        sum.Dispose();
    }

    /// <summary>Moves what has arrived at an operator's result on to its inputs.</summary>
    /// <param name="step">The operator's step; everything after it has gone back already.</param>
    /// <param name="record">What it recorded.</param>
    public void GoBack(PassStep step, OpRecord record)
    {
        if (_sums[step.Output] is not { } arrived)
        {
            return;
        }
        var gradients = record.Back(arrived);
        for (var i = 0; i < gradients.Length; i++)
        {
            if (gradients[i] is { } gradient)
            {
                Add(step.Inputs[i], gradient, record.Shares);
            }
        }
        arrived.Dispose();
        _sums[step.Output] = null;
    }
}
