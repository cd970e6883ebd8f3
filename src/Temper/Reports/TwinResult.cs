using Temper.Evaluation;
using Temper.Evaluation.Unseen;

namespace Temper.Reports;

/// <summary>A naturally trained twin of the model, to hold ours against.</summary>
/// <param name="Folder">The sub-folder with its evaluation.</param>
/// <param name="Evidence">Its evidence.</param>
/// <param name="Curve">Its accuracy against ε; empty when it was not measured.</param>
public sealed record TwinResult(string Folder, Evidence Evidence, IReadOnlyList<CurveRow> Curve)
{
    /// <summary>Gets its accuracy under threats outside the threat model; empty when it was not measured.</summary>
    public IReadOnlyList<UnseenRow> Unseen { get; init; } = [];
}
