using Temper.Reports;

namespace Temper.Workflow.Sweeps;

/// <summary>What came of a sweep.</summary>
/// <param name="Comparison">The runs that ended well, side by side; null where fewer than two did.</param>
/// <param name="Failures">The runs that failed, with the reason; the next start of the sweep tries them again.</param>
public sealed record SweepOutcome(Comparison? Comparison, IReadOnlyList<(string Run, string Reason)> Failures);
