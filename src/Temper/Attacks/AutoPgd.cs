using Temper.Losses;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The search that <c>apgd</c> and <c>apgd-t</c> share: gradient steps whose sizes follow the losses.</summary>
/// <param name="context">The context.</param>
/// <param name="loss">The loss to ascend.</param>
/// <param name="settings">Steps, ρ, passes per step, and whether it begins in larger balls.</param>
internal sealed class AutoPgd(
    AttackContext context,
    AttackLoss loss,
    (int Steps, double Rho, int Eot, bool LargeRadii) settings
)
{
    /// <summary>The balls of a search that begins in larger ones (Croce and Hein 2021, Mind the box, section 3.3): multiples of ε, and percents of the steps.</summary>
    private static readonly (int Factor, int Percent)[] Larger = [(3, 30), (2, 30)];

    /// <summary>What a search costs an example at most, the verification of its point included.</summary>
    public static PassCeiling Ceiling(int steps, int eot, bool largeRadii) =>
        new(((long)(steps + 1) * eot) + 1 + (largeRadii ? Larger.Length * eot : 0), (long)steps * eot);

    /// <summary>Searches from a random start.</summary>
    /// <returns>Per example the first wrong point, else the one of largest loss; for training that of largest loss, wrong or not. The caller owns it.</returns>
    /// <remarks>
    /// <c>steps</c> · <c>eot</c> gradients and <c>eot</c> forwards more, in larger balls <c>eot</c> forwards for each of them; nothing
    /// further is asked once all are wrong.
    /// </remarks>
    public Tensor Search()
    {
        using var scope = NewDisposeScope();
        if (!settings.LargeRadii)
        {
            var first = context.Start(StartKind.Uniform);
            return Search(context.Threat, context.Region, (first, false), (settings.Steps, true))
                .MoveToOuterDisposeScope();
        }
        Tensor? x = null;
        var left = settings.Steps;
        foreach (var (factor, percent) in Larger)
        {
            var threat = Wider(factor);
            using var region = threat.Around(context.Clean);
            // Percents are rounded up, and the last ball gets what is left.
            var steps = Math.Min(((settings.Steps * percent) + 99) / 100, left - 1);
            left -= Math.Max(0, steps);
            var isContinued = x is not null;
            x ??= GaussianStart();
            region.ProjectInPlace(x);
            x = steps > 0 ? Search(threat, region, (x, isContinued), (steps, false)).clone() : x;
        }
        context.Region.ProjectInPlace(x!);
        return Search(context.Threat, context.Region, (x!, true), (left, true)).MoveToOuterDisposeScope();
    }

    /// <summary>Standard normal noise around the clean inputs; the projection leaves its largest values.</summary>
    private Tensor GaussianStart()
    {
        int[] rows = [.. Enumerable.Range(0, (int)context.Clean.shape[0])];
        var width = context.Clean.numel() / Math.Max(1, rows.Length);
        using var noise = tensor(
            context.Normals(rows, (int)width, query: 0),
            context.Clean.shape,
            device: context.Clean.device
        );
        return context.Clean + noise;
    }

    private ThreatModel Wider(int factor)
    {
        var diameter = context.Threat.Diameter(context.Clean.numel() / Math.Max(1, context.Clean.shape[0]));
        return context.Threat.With(
            Epsilon.Of(context.Threat.Affordable(Math.Min(factor * context.Threat.Epsilon.Value, diameter)))
        );
    }

    /// <summary>Searches in one ball.</summary>
    /// <param name="threat">The ball.</param>
    /// <param name="region">Its legal points.</param>
    /// <param name="from">The start, and whether another search led to it.</param>
    /// <param name="to">The steps, and whether wrong points are what is looked for; else the largest loss, wrong or not.</param>
    private Tensor Search(
        ThreatModel threat,
        ThreatRegion region,
        (Tensor Start, bool IsContinued) from,
        (int Steps, bool IsLast) to
    )
    {
        using var scope = NewDisposeScope();
        var start = from.Start;
        using var best = new BestIterate(start, context) { LossOnly = !to.IsLast || !context.KeepBest };
        var (logits, losses, gradient) = context.Gradient(loss, start, settings.Eot);
        if (best.Offer(start, logits, losses))
        {
            return best.Points().MoveToOuterDisposeScope();
        }
        gradient = gradient.nan_to_num_(0, 0, 0).contiguous();
        var bestGradient = gradient.clone();
        var x = start.contiguous().clone();
        var before = empty_like(x);
        var steps = threat.AutoSteps(
            new(region, context.Clean, start, Tensors.ToArray<float>(losses), to.Steps, settings.Rho, from.IsContinued)
        );
        for (var step = 1; ; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var next = steps.Next(x, step == 1 ? null : before, gradient);
            before.copy_(x);
            x.copy_(next);
            if (step == to.Steps)
            {
                // No step follows, so no gradient is needed.
                (logits, losses) = context.Scores(loss, x, settings.Eot);
                best.Offer(x, logits, losses);
                return best.Points().MoveToOuterDisposeScope().MoveToOuterDisposeScope();
            }
            (logits, losses, var found) = context.Gradient(loss, x, settings.Eot);
            if (best.Offer(x, logits, losses))
            {
                return best.Points().MoveToOuterDisposeScope().MoveToOuterDisposeScope();
            }
            gradient.copy_(found.nan_to_num_(0, 0, 0));
            BestIterate.CopyRows(gradient, bestGradient, best.Taken);
            var points = best.Points();
            if (steps.After(Tensors.ToArray<float>(losses), points) is { } back)
            {
                BestIterate.CopyRows(points, x, back);
                BestIterate.CopyRows(bestGradient, gradient, back);
            }
        }
    }
}
