using Temper.Evaluation;
using Temper.Evaluation.Estimates;

namespace Temper.Reports;

/// <summary>Estimates over their examples.</summary>
internal sealed record EstimateSummary
{
    private EstimateSummary(ModelEstimates estimates, Evidence evidence)
    {
        var examples = estimates.Examples;
        var budget = evidence.Manifest.Threat.Epsilon;
        var broken = evidence.Ledger.Where(r => r.BrokenBy is not null).Select(r => r.Index).ToHashSet();
        N = examples.Count;
        Clever = Median(examples.Select(e => e.Clever));
        AtBudget = examples.Count(e => e.Clever >= budget);
        Broken = examples.Count(e => broken.Contains(e.Index));
        BrokenAtBudget = examples.Count(e => e.Clever >= budget && broken.Contains(e.Index));
        (Slope, Steepest) = (Median(examples.Select(e => e.Slope)), examples.Max(e => e.Slope));
    }

    /// <summary>Gets the examples.</summary>
    public int N { get; }

    /// <summary>Gets the median CLEVER score.</summary>
    public double Clever { get; }

    /// <summary>Gets the examples whose score is the budget, the largest there is.</summary>
    public int AtBudget { get; }

    /// <summary>Gets the examples that attacks broke.</summary>
    public int Broken { get; }

    /// <summary>Gets those among them whose score is the budget: each shows that the score is no bound.</summary>
    public int BrokenAtBudget { get; }

    /// <summary>Gets the median of the steepest slopes.</summary>
    public double Slope { get; }

    /// <summary>Gets the steepest slope of all.</summary>
    public double Steepest { get; }

    /// <summary>Summarises estimates; null for none.</summary>
    public static EstimateSummary? Of(ModelEstimates? estimates, Evidence evidence) =>
        estimates is { Examples.Count: > 0 } ? new(estimates, evidence) : null;

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
