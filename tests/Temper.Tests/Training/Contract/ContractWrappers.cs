using Temper.Training;
using Temper.Training.Wrappers;

namespace Temper.Tests.Training.Contract;

/// <summary>Everything that wraps around any training method.</summary>
internal static class ContractWrappers
{
    private static readonly Dictionary<string, Func<Objective, Objective>> All = new(StringComparer.Ordinal)
    {
        ["awp"] = inner => new WeightPerturbation(inner, 0.01),
        ["awp-later"] = inner => new WeightPerturbation(inner, 0.05, from: 0.4),
        ["clean-share"] = inner => new CleanMixing(inner, 0.25),
        ["clip"] = inner => new GradientClipping(inner, 0.5),
        ["label-smoothing"] = inner => new LabelSmoothing(inner, 0.1),
        ["steps"] = inner => new StepLengths(inner, new Schedule([(0, 2), (1, 0.5)])),
        ["all"] = inner => new StepLengths(
            new LabelSmoothing(new GradientClipping(new WeightPerturbation(new CleanMixing(inner, 0.5), 0.01), 1), 0.1),
            new Schedule([(0, 1), (1, 0.5)])
        ),
    };

    /// <summary>Gets the names.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Wraps a method.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="inner">The method.</param>
    public static Objective Around(string name, Objective inner) => All[name](inner);

    /// <summary>What a wrapped method costs, by the formulas of the pages.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="inner">The method.</param>
    public static (int Forwards, int Gradients) Cost(string name, Objective inner)
    {
        var (whole, loss) = (inner.Passes!.Value, inner.LossPasses);
        return name switch
        {
            "awp" or "awp-later" => (whole.Forwards + loss.Forwards, whole.Gradients + loss.Gradients),
            "clean-share" => (whole.Forwards + 1, whole.Gradients + 1),
            // The clean pass is part of the loss that is computed twice.
            "all" => (whole.Forwards + loss.Forwards + 2, whole.Gradients + loss.Gradients + 2),
            _ => (whole.Forwards, whole.Gradients),
        };
    }
}
