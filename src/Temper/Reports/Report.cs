using Temper.Evaluation;

namespace Temper.Reports;

/// <summary>Everything a report says, before it is put into words and pictures.</summary>
/// <param name="Evidence">The counted evidence.</param>
/// <param name="Findings">The doubts about it.</param>
/// <param name="Claim">What may be said.</param>
/// <param name="Epochs">The training curves; empty when there are none.</param>
/// <param name="Gallery">Broken examples to look at, or null.</param>
/// <param name="Twin">The naturally trained twin's result, or null.</param>
public sealed record Report(
    Evidence Evidence,
    IReadOnlyList<Finding> Findings,
    Claim Claim,
    IReadOnlyList<EpochMetrics> Epochs,
    Gallery? Gallery,
    TwinResult? Twin
);
