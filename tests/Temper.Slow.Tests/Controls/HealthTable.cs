using System.Globalization;
using Temper.Evaluation.Health;

namespace Temper.Slow.Tests.Controls;

/// <summary>Figures of a model as a row of a table, and which of them no honest network shows.</summary>
internal static class HealthTable
{
    /// <summary>The names of the columns.</summary>
    public const string Header =
        "| model | correct | zero ce/dlr/margin clean | start | not finite | agreement | stability | random (changed) | softmax/log | batch (changed) | mode | scale both/scaled/plain/neither | still/n, mean | flat near/far | most predicted |";

    /// <summary>One row.</summary>
    public static string Row(string model, ModelHealth h) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {model} | {h.Correct} | {Zero(h, GradientHealth.Clean)} | {Zero(h, GradientHealth.Start)} | {h.InputGradients?.Sum(g => g.NonFinite)} | {h.Agreement?.MeanError:F4} of {h.Agreement?.N} | {h.Stability?.MeanChange:F4} | {h.Randomness!.MaxDifference:E1} ({h.Randomness.Changed}) | {h.Outputs!.Softmax}/{h.Outputs.LogSoftmax} | {h.Batch?.MaxDifference:E1} ({h.Batch?.Changed}) | {h.GradientMode?.MaxDifference:E1} | {Scale(h.Scale)} | {h.Convergence?.StillImproving}/{h.Convergence?.N}, {h.Convergence?.MeanImprovement:F3} | {h.Flatness!.Near}/{h.Flatness.Far} | {h.Outputs.MostPredicted} |"
        );

    /// <summary>The figures that are beyond what honest networks show.</summary>
    public static IReadOnlyList<string> Beyond(ModelHealth h)
    {
        // Training methods of the literature: more than 10 % without a gradient, noise that changes margins by a tenth, answers that
        // differ by 1e-4 of the scores' own length.
        const double Share = 0.1;
        const double Difference = 1e-4;
        // Measured: 0.4 with activations that jump, and below a tenth of that on most honest networks.
        const double WrongShare = 0.2;
        var found = new List<string>();
        Add(h.GradientReachesInput == false, "detached");
        Add(h.InputGradients?.Any(g => g.UnusableShare > Share) == true, "zero gradients");
        Add(h.Agreement?.MeanError > WrongShare, "wrong gradients");
        Add(h.Stability?.MeanChange > Share, "unstable");
        Add(h.Randomness!.MaxDifference > Difference || h.Randomness.Changed > 0, "random");
        Add(h.Outputs!.Softmax + h.Outputs.LogSoftmax > h.N / 2, "probabilities");
        Add(h.Outputs.NonFinite > 0, "not finite");
        Add(h.Outputs.IsConstant, "constant");
        Add(h.Batch?.MaxDifference > Difference || h.Batch?.Changed > 0, "batch");
        Add(h.GradientMode?.MaxDifference > Difference || h.GradientMode?.Changed > 0, "gradient mode");
        Add(h.Scale is { } s && s.OnlyScaled - s.OnlyPlain > Share * s.N, "scale");
        Add(h.Flatness!.Near > Share * h.N, "flat");
        return found;

        void Add(bool isBeyond, string name)
        {
            if (isBeyond)
            {
                found.Add(name);
            }
        }
    }

    private static string Zero(ModelHealth h, string point) =>
        h.InputGradients is null
            ? "-"
            : string.Join('/', h.InputGradients.Where(g => g.Point == point).Select(g => g.Zero));

    private static string Scale(ScaleHealth? s) =>
        s is null
            ? "-"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{s.Both}/{s.OnlyScaled}/{s.OnlyPlain}/{s.Neither} (margin {s.MedianMargin:G3})"
            );
}
