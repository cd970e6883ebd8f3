using Temper.Data;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Pulls breaking points back along the straight line to their clean inputs, by bisection.</summary>
/// <remarks>
/// What remains reaches the goal still and is scored anew. Its distance is an upper bound on the distance to the nearest such
/// point: the line is one of many, and may lead in and out of the class.
/// </remarks>
internal static class Shortening
{
    /// <summary>How often the line is halved: its end is then within 1/1024 of its length.</summary>
    public const int Halvings = 10;

    /// <summary>Forward passes of one example: the halvings, and two that verify.</summary>
    public const int Forwards = Halvings + 2;

    /// <summary>Shortens points; a row that has not reached the goal at <paramref name="found"/> comes back as it is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The clean examples, borrowed.</param>
    /// <param name="found">Points that reach the threat's goal, shape as the inputs; borrowed.</param>
    /// <param name="targets">The classes they were aimed at; null where any wrong class will do.</param>
    /// <param name="threat">The threat model that gave them.</param>
    /// <returns>The points (the caller owns them), the classes predicted there and the distances.</returns>
    public static (Tensor Points, int[] Predictions, double[] Distances) Run(
        IClassifier model,
        Batch batch,
        Tensor found,
        long[]? targets,
        ThreatModel threat
    )
    {
        using var mode = model.Enter(Mode.Evaluate);
        using var aim = Aim.Given(threat.Goal, batch.Labels, targets);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var line = found - batch.Inputs;
        var right = zeros([found.shape[0]], device: found.device);
        var wrong = ones([found.shape[0]], device: found.device);
        for (var i = 0; i < Halvings; i++)
        {
            using var step = NewDisposeScope();
            var middle = (right + wrong) / 2;
            var x = batch.Inputs + (line * Tensors.PerExample(middle, line));
            var isWrong = aim.Reached(model.Logits(x));
            wrong.copy_(where(isWrong, middle, wrong));
            right.copy_(where(isWrong, right, middle));
        }
        var shortened = threat.Project(batch.Inputs + (line * Tensors.PerExample(wrong, line)), batch.Inputs);
        // Rounding may undo a point on the edge: what is not wrong when scored anew is not kept.
        var kept = aim.Reached(model.Logits(shortened));
        var points = where(Tensors.PerExample(kept, line), shortened, found);
        var predictions = Margin.Predictions(model.Logits(points));
        var distances = Tensors.ToArray<double>(threat.Distance(points, batch.Inputs));
        return (points.MoveToOuterDisposeScope(), predictions, distances);
    }
}
