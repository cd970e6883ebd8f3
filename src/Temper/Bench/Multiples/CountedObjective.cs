using Temper.Training;
using Temper.Training.Wrappers;
using static TorchSharp.torch;

namespace Temper.Bench.Multiples;

/// <summary>A method as it is, whose passes back to the weights are told from those back to the input.</summary>
/// <param name="inner">The method.</param>
internal sealed class CountedObjective(Objective inner) : ObjectiveWrapper(inner)
{
    /// <summary>Gets the passes back to the weights so far, in examples.</summary>
    public long WeightGradients { get; private set; }

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        var loss = Inner.Loss(step);
        WeightGradients += step.WeightGradients;
        return loss;
    }
}
