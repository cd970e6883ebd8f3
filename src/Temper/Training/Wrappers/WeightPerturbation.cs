using static TorchSharp.torch;

namespace Temper.Training.Wrappers;

/// <summary>AWP: the gradient is taken where the weights are worst within a small neighbourhood, and moves the weights from where they are.</summary>
/// <remarks>
/// Wu et al. 2020, algorithm 1 with one step: once the inner search is done, v_l = γ ‖w_l‖ g_l/‖g_l‖ for every weight of more than one
/// dimension, g the gradient of the method's whole loss in train mode; the loss is then computed again at w + v from the same inputs.
/// Weights come back bit for bit before the update, so weight decay acts on w. Running statistics of BatchNorm move by the passes at
/// w + v alone, as in the authors' code; loss and accuracy of an epoch are those at w + v. Cost per example: that of the method, and the
/// passes of its loss once more. γ of the paper: 0.01, with TRADES 0.005 after 10 epochs.
/// </remarks>
/// <param name="inner">The method inside.</param>
/// <param name="gamma">The size γ of the perturbation, relative to the norm of each layer's weights.</param>
/// <param name="from">The fraction of training after which weights are perturbed.</param>
public sealed class WeightPerturbation(Objective inner, double gamma, double from = 0) : ObjectiveWrapper(inner)
{
    // Keeps a layer without a gradient where it is.
    private const double Tiny = 1e-20;

    /// <inheritdoc/>
    public override StepPasses? Passes =>
        Inner.Passes is { } passes
            ? new(
                passes.Forwards + LossPasses.Forwards,
                passes.Gradients + LossPasses.Gradients,
                passes.AtMost || from > 0
            )
            : null;

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        if (step.Fraction < from)
        {
            return Inner.Loss(step);
        }
        step.Remember();
        Perturb(step);
        step.Again();
        return Inner.Loss(step);
    }

    private void Perturb(StepContext step)
    {
        using var scope = NewDisposeScope();
        var module = step.Module;
        var statistics = step.Statistics();
        module.zero_grad(set_to_none: true);
        Inner.Loss(step).backward();
        StepContext.PutBack(statistics);
        using var noGrad = no_grad();
        foreach (var weight in module.parameters().Where(p => p.requires_grad && p.dim() > 1))
        {
            if (weight.grad is { } gradient)
            {
                var saved = weight.detach().clone().DetachFromDisposeScope();
                step.BeforeMoving(() => Restore(weight, saved));
                var direction = gradient / (gradient.norm() + Tiny);
                weight.add_(direction * (weight.norm() * gamma));
            }
        }
    }

    private static void Restore(Tensor weight, Tensor saved)
    {
        using var noGrad = no_grad();
        weight.copy_(saved);
        saved.Dispose();
    }
}
