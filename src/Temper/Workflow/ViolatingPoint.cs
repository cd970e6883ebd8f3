using System.Text.Json.Nodes;

namespace Temper.Workflow;

/// <summary>The second witness of a violation; numbers that are none are left out or null.</summary>
/// <param name="Name">The attack or probe.</param>
/// <param name="Options">Its options; null for a probe, whose options are in the manifest.</param>
/// <param name="Stage">The attack's name with its restart.</param>
/// <param name="Block">The block in which it was found.</param>
/// <param name="Prediction">The class predicted there; −1 where a score is not a number.</param>
/// <param name="Distance">The distance of the point.</param>
/// <param name="ScoresFloat32">The scores of the model at the point by itself.</param>
/// <param name="ScoresFloat64">The scores of the certified network there.</param>
/// <param name="MarginFloat32">The score of the class less the highest other.</param>
/// <param name="MarginFloat64">The same of the certified network.</param>
internal sealed record ViolatingPoint(
    string Name,
    JsonObject? Options,
    string Stage,
    int Block,
    int Prediction,
    double Distance,
    IReadOnlyList<double?> ScoresFloat32,
    IReadOnlyList<double?> ScoresFloat64,
    double? MarginFloat32,
    double? MarginFloat64
);
