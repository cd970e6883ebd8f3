using Temper.Losses;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The search that <c>apgd</c> and <c>apgd-t</c> share: gradient steps whose sizes follow the losses.</summary>
internal static class AutoPgd
{
    /// <summary>Searches.</summary>
    /// <param name="context">The context.</param>
    /// <param name="loss">The loss to ascend.</param>
    /// <param name="start">The start, borrowed.</param>
    /// <param name="settings">Steps, ρ and passes per step.</param>
    /// <returns>Per example the first wrong point, else the one of largest loss; the caller owns it.</returns>
    /// <remarks><c>steps</c> · <c>eot</c> gradients and <c>eot</c> forwards more; nothing further is asked once all are wrong.</remarks>
    public static Tensor Search(
        AttackContext context,
        AttackLoss loss,
        Tensor start,
        (int Steps, double Rho, int Eot) settings
    )
    {
        using var scope = NewDisposeScope();
        using var best = new BestIterate(start, context);
        var (logits, losses, gradient) = context.Gradient(loss, start, settings.Eot);
        if (best.Offer(start, logits, losses))
        {
            return best.Points().MoveToOuterDisposeScope();
        }
        gradient = gradient.nan_to_num_(0, 0, 0).contiguous();
        var bestGradient = gradient.clone();
        var x = start.contiguous().clone();
        var before = empty_like(x);
        var steps = context.Threat.AutoSteps(
            context.Region,
            context.Clean,
            settings.Steps,
            settings.Rho,
            Tensors.ToArray<float>(losses)
        );
        for (var step = 1; ; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var next = steps.Next(x, step == 1 ? null : before, gradient);
            before.copy_(x);
            x.copy_(next);
            if (step == settings.Steps)
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
