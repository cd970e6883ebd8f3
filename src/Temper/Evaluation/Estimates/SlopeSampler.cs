using Temper.Attacks;
using Temper.Evaluation.Foretelling;
using Temper.Losses;
using Temper.Models;
using Temper.Models.Passes;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Evaluation.Estimates;

/// <summary>Draws points around examples and looks how steep the margin is at each: the CLEVER score and a local Lipschitz constant.</summary>
/// <remarks>
/// Weng et al. 2018, Evaluating the Robustness of Neural Networks: An Extreme Value Theory Approach, with the margin over the largest
/// wrong score instead of one margin for each wrong class, which would cost as many gradients as there are classes. The score is the
/// margin over the fitted upper end of the slopes, at most the radius of the ball, which here is the budget. An estimate and no
/// bound: where gradients vanish it is too large (Goodfellow 2018, Gradient Masking Causes CLEVER to Overestimate).
/// </remarks>
internal static class SlopeSampler
{
    /// <summary>The examples that are looked at.</summary>
    public const int Examples = 32;

    /// <summary>The samples around each.</summary>
    public const int Batches = 10;

    /// <summary>The points of each sample.</summary>
    public const int Points = 32;

    /// <summary>The stage that progress is told of.</summary>
    public const string Stage = "estimates";

    /// <summary>What estimates cost at most.</summary>
    /// <param name="right">The examples of the probes' subset.</param>
    public static Errand Errand(int right) =>
        new(Stage, "", Math.Min(Examples, right), new((Batches * Points) + 1, Batches * Points), Examples);

    /// <summary>Whether slopes can be looked at: the model has gradients, the norm a dual one, and any wrong class will do.</summary>
    public static bool Can(IClassifier model, ThreatModel threat) =>
        model.Access == Access.Gradients
        && NormGeometry.Knows(threat)
        && threat.Epsilon.Value > 0
        && !threat.Goal.IsTargeted;

    /// <summary>Looks at some examples of an evaluation that are right without an attack.</summary>
    /// <param name="plan">The evaluation.</param>
    /// <param name="right">The canonical indices of the examples of the probes' subset that are right, ascending.</param>
    /// <param name="progress">Told after every sample.</param>
    /// <param name="cancellation">Observed between passes.</param>
    public static ModelEstimates Run(
        EvaluationPlan plan,
        IReadOnlyList<int> right,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        var rng = plan.Rng.Fork("estimates");
        int[] chosen =
            right.Count <= Examples
                ? [.. right]
                : [.. rng.Fork("sample").Sample(Examples, right.Count).Select(i => right[i]).Order()];
        if (chosen.Length == 0)
        {
            return new(Batches, Points, 0, 0, []);
        }
        var meter = new QueryMeter();
        var model = new MeteredClassifier(plan.Model, meter);
        using var mode = plan.Model.Enter(Mode.Evaluate);
        // Always of one size, so that no example's figures depend on how many others there are.
        using var batch = Blocks.Fill(plan.Set, chosen, Examples, plan.Model.Device);
        InputGradient.Probe(plan.Model, Margin.Instance, batch.Inputs, batch.Labels);
        using var pass = GraphPass.Open(model, Examples);
        var geometry = NormGeometry.Of(plan.Threat, "CLEVER");
        var maxima = chosen.Select(_ => new double[Batches]).ToArray();
        double[] margins;
        using (NewDisposeScope())
        using (no_grad())
        {
            margins = [.. Tensors.ToArray<float>(Margin.Instance.PerExample(model.Logits(batch.Inputs), batch.Labels))];
        }
        for (var sample = 0; sample < Batches; sample++)
        {
            for (var point = 0; point < Points; point++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var x = plan.Threat.RandomStart(batch.Inputs, batch.Indices, rng, (uint)sample, (uint)point);
                var gradient = InputGradient.Compute(model, pass, Margin.Instance, x, batch.Labels).Gradient;
                var slopes = Tensors.ToArray<float>(geometry.DualLength(gradient.flatten(1)));
                for (var row = 0; row < chosen.Length; row++)
                {
                    // A slope that is not a number stays one, and the example is left out.
                    maxima[row][sample] = Math.Max(maxima[row][sample], slopes[row]);
                }
            }
            progress?.Report(new(Stage, chosen.Length * (sample + 1) / Batches, chosen.Length, chosen.Length));
        }
        return new(
            Batches,
            Points,
            meter.Forwards / Examples * chosen.Length,
            meter.Gradients / Examples * chosen.Length,
            [
                .. chosen
                    .Select((index, row) => Of(index, -margins[row], maxima[row], plan.Threat.Epsilon.Value))
                    .OfType<SlopeEstimate>(),
            ]
        );
    }

    private static SlopeEstimate? Of(int index, double margin, double[] maxima, double budget)
    {
        if (!double.IsFinite(margin) || !maxima.All(double.IsFinite))
        {
            return null;
        }
        var slope = ReverseWeibull.Location(maxima);
        return new(index, margin, maxima.Max(), slope == 0 ? budget : Math.Clamp(margin / slope, 0, budget));
    }
}
