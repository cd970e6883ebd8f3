using Temper.Evaluation;
using Temper.Evaluation.Unseen;

namespace Temper.Reports;

/// <summary>Everything a report says, before it is put into words and pictures.</summary>
/// <param name="Evidence">The counted evidence.</param>
/// <param name="Findings">The doubts about it.</param>
/// <param name="Claim">What may be said.</param>
/// <param name="Epochs">The training curves; empty when there are none.</param>
/// <param name="Gallery">Examples to look at, or null.</param>
/// <param name="Twin">The naturally trained twin, or null.</param>
public sealed record Report(
    Evidence Evidence,
    IReadOnlyList<Finding> Findings,
    Claim Claim,
    IReadOnlyList<EpochMetrics> Epochs,
    Gallery? Gallery,
    TwinResult? Twin
)
{
    /// <summary>Gets accuracy against ε, budgets rising from 0; empty when it was not measured.</summary>
    public IReadOnlyList<CurveRow> Curve { get; init; } = [];

    /// <summary>Gets accuracy under threats outside the threat model, the clean row first; empty when it was not measured.</summary>
    public IReadOnlyList<UnseenRow> Unseen { get; init; } = [];

    /// <summary>Gets estimates from random points; null where they were not made.</summary>
    internal EstimateSummary? Estimates { get; init; }

    /// <summary>Gets what points of other networks do; null where there were none.</summary>
    internal Evaluation.Transferring.TransferMatrix? Transfer { get; init; }

    /// <summary>Gets what the examples are called: images, or what the data says.</summary>
    internal string Things => Evidence.Manifest.Data.Noun ?? "images";
}
