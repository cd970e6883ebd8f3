using System.Globalization;
using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Evaluation.Unseen;

/// <summary>Rotations and translations, and a patch: what can be done to images only.</summary>
/// <remarks>
/// Engstrom et al. 2019, Exploring the landscape of spatial robustness, section 3: the worst case over a grid. Brown et al. 2017,
/// Adversarial patch, section 2, here with a patch for each image: all values of a square may be anything in the box.
/// </remarks>
internal static class ImageThreats
{
    /// <summary>The share of the shorter side that a patch takes: about a twentieth of the area.</summary>
    private const double PatchShare = 0.22;

    private const int Positions = 8;
    private const int PatchSteps = 25;
    private const double LargestShift = 0.1;

    /// <summary>Angles beyond the smaller sizes', in degrees, by size.</summary>
    private static readonly (int Size, float[] Angles)[] Rotations =
    [
        (10, [-10, -5, 5, 10]),
        (20, [-20, -15, 15, 20]),
        (30, [-30, -25, 25, 30]),
    ];

    private static readonly float[] Combined = [-30, -20, -10, 10, 20, 30];

    public static IReadOnlyList<UnseenThreat> Of(UnseenPlan plan)
    {
        var set = plan.Evaluation.Set;
        return Math.Min(set.Height, set.Width) < CorruptionThreats.ShortestSide
            ?
            [
                UnseenThreat.Not(UnseenRow.Spatial, "rotation+translation", "±30° ±10%", CorruptionThreats.NeedsImages),
                UnseenThreat.Not(UnseenRow.Patch, "square", "5%", CorruptionThreats.NeedsImages),
            ]
            : [.. Spatial(plan), Patch(plan)];
    }

    /// <summary>The square of a patch: its side, and the corners of its places, which depend on the seed alone.</summary>
    internal static (int Side, IReadOnlyList<(int Top, int Left)> Corners) Squares(ExampleSet set, Rng rng)
    {
        var side = Math.Max(2, (int)Math.Round(PatchShare * Math.Min(set.Height, set.Width)));
        var places = new float[2 * Positions];
        rng.Fork("unseen/patch/places").FillUniform(places, [0], 0, 0);
        return (
            side,
            [
                .. Enumerable
                    .Range(0, Positions)
                    .Select(i =>
                        (
                            (int)(places[2 * i] * (set.Height - side + 1)),
                            (int)(places[(2 * i) + 1] * (set.Width - side + 1))
                        )
                    )
                    .Distinct(),
            ]
        );
    }

    /// <summary>The threat of a patch whose upper left corner is there.</summary>
    internal static ThreatModel PatchAt(ExampleSet set, PixelRange box, int side, (int Top, int Left) corner)
    {
        var shares = new float[set.ValuesPerExample];
        for (var i = 0; i < shares.Length; i++)
        {
            var (row, column) = (i / set.Width % set.Height, i % set.Width);
            var isIn =
                row >= corner.Top && row < corner.Top + side && column >= corner.Left && column < corner.Left + side;
            shares[i] = isIn ? 1 : 0;
        }
        return new LinfThreat(Epsilon.Of(box.Width), box).Under(new(shares, set.Channels, set.Height, set.Width));
    }

    private static IEnumerable<UnseenThreat> Spatial(UnseenPlan plan)
    {
        UnseenThreat? turned = null;
        foreach (var (size, angles) in Rotations)
        {
            turned = Warps(
                plan,
                "rotation",
                string.Create(CultureInfo.InvariantCulture, $"±{size}°"),
                [
                    [.. angles.Select(angle => new Warp(angle, 0, 0))],
                ],
                turned is null ? [] : [turned]
            );
            yield return turned;
        }
        var near = Shifts(plan.Evaluation.Set, [-0.5, 0, 0.5]);
        var far = Shifts(plan.Evaluation.Set, [-1, -0.5, 0, 0.5, 1]);
        var little = Warps(
            plan,
            "translation",
            "±5%",
            [
                [.. near.Select(s => new Warp(0, s.Down, s.Right))],
            ],
            []
        );
        yield return little;
        var shifted = Warps(
            plan,
            "translation",
            "±10%",
            [
                [.. far.Except(near).Select(s => new Warp(0, s.Down, s.Right))],
            ],
            [little]
        );
        yield return shifted;
        yield return Warps(
            plan,
            "rotation+translation",
            "±30° ±10%",
            [.. Combined.Select(angle => far.Select(s => new Warp(angle, s.Down, s.Right)).ToArray())],
            [turned!, shifted]
        );
    }

    /// <summary>Shifts by whole pixels, all but none at all: shares of a tenth of each side.</summary>
    private static List<(int Down, int Right)> Shifts(ExampleSet set, double[] shares)
    {
        int Pixels(double share, int side) =>
            (int)Math.Round(share * LargestShift * side, MidpointRounding.AwayFromZero);
        return
        [
            .. shares
                .SelectMany(down => shares.Select(right => (Pixels(down, set.Height), Pixels(right, set.Width))))
                .Where(s => s != (0, 0))
                .Distinct(),
        ];
    }

    private static UnseenThreat Warps(
        UnseenPlan plan,
        string name,
        string setting,
        IReadOnlyList<Warp[]> steps,
        IReadOnlyList<UnseenThreat> within
    )
    {
        var model = plan.Evaluation.Model;
        var fill = (float)plan.Evaluation.Threat.Box.Low;
        return new(
            UnseenRow.Spatial,
            name,
            setting,
            [
                .. steps.Select(warps =>
                    UnseenSteps.Looks(
                        model,
                        [.. warps.Select(warp => (Func<Batch, Tensor>)(batch => warp.Apply(batch.Inputs, fill)))]
                    )
                ),
            ]
        )
        {
            Within = within,
        };
    }

    private static UnseenThreat Patch(UnseenPlan plan)
    {
        var (model, set) = (plan.Evaluation.Model, plan.Evaluation.Set);
        var (side, corners) = Squares(set, plan.Evaluation.Rng);
        var setting = string.Create(CultureInfo.InvariantCulture, $"{side}×{side}");
        if (model.Access != Access.Gradients)
        {
            return UnseenThreat.Not(UnseenRow.Patch, "square", setting, UnseenRow.NeedsGradients);
        }
        var attack = new Pgd(new() { Steps = PatchSteps });
        return new(
            UnseenRow.Patch,
            "square",
            setting,
            [
                .. corners.Select(
                    (corner, i) =>
                        UnseenSteps.Attack(
                            attack,
                            PatchAt(set, plan.Evaluation.Threat.Box, side, corner),
                            model,
                            plan.Evaluation.Rng.Fork(string.Create(CultureInfo.InvariantCulture, $"unseen/patch/{i}"))
                        )
                ),
            ]
        );
    }
}
