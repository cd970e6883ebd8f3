using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>Free adversarial training: one backward pass moves the weights and the perturbation, several times on each batch.</summary>
/// <remarks>
/// Shafahi et al. 2019, algorithm 1: the perturbation belongs to a place in the batch, goes on from batch to batch, and is moved by
/// the gradient of the pass that moves the weights, in train mode. Every batch serves <c>replays</c> steps in a row, so an epoch is as
/// long as that many: divide the epochs of a recipe by it. Cost per example and step: 1 (F+B).
/// </remarks>
[Component(
    "free",
    "Free training: one pass back for weights and perturbation, batches replayed",
    "Shafahi et al. 2019, Adversarial training for free!"
)]
[Guidance(
    "CE(f(x + δ), y), then δ ← Π(δ + α · sign ∇δ) by the same pass back; δ stays with the place in the batch, and each batch serves m steps in a row",
    "Each pass back is to move weights and perturbation at once; a baseline of cheap training.",
    "Epochs not divided by m. As the first choice among cheap methods: published figures lie below fast, and far below pgd, on the same network."
)]
public sealed class FreeTraining(FreeTraining.Options options) : Objective, ICarriesState
{
    private const string Key = "perturbation";
    private Tensor? _perturbation;

    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the steps on each batch.</summary>
        [Description("steps in a row on each batch; an epoch takes so many times longer")]
        [Range(1, 100)]
        public int Replays { get; init; } = 8;

        /// <summary>Gets the length of a step of the perturbation.</summary>
        [Description("length of a step of the perturbation, absolute or relative to ε (rel:1)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:1");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(1, 1);

    /// <inheritdoc/>
    public override int Replays => options.Replays;

    /// <inheritdoc/>
    public IEnumerable<(string Name, Tensor Value)> State => _perturbation is { } value ? [(Key, value)] : [];

    /// <inheritdoc/>
    public void Forget()
    {
        _perturbation?.Dispose();
        _perturbation = null;
    }

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> saved)
    {
        Forget();
        _perturbation = saved.TryGetValue(Key, out var value) ? value.clone().DetachFromDisposeScope() : null;
    }

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        var clean = step.Batch.Inputs;
        var places = Places(clean);
        var points = Moved(step, clean, places).requires_grad_();
        step.Afterwards(() => Follow(step, points, places));
        return step.CrossEntropyAt(points);
    }

    /// <summary>The perturbation of the batch's places; zero where a place is new. It is kept by this object.</summary>
    private Tensor Places(Tensor clean)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var missing = clean.shape[0] - (_perturbation?.shape[0] ?? 0);
        if (missing > 0)
        {
            var fresh = zeros([missing, .. clean.shape[1..]], device: clean.device);
            var all = _perturbation is null ? fresh : cat([_perturbation.to(clean.device), fresh]);
            Forget();
            _perturbation = all.DetachFromDisposeScope();
        }
        return _perturbation!;
    }

    private static Tensor Moved(StepContext step, Tensor clean, Tensor places)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var region = step.Threat.Around(clean);
        var points = clean + places[..(int)clean.shape[0]].to(clean.device);
        region.ProjectInPlace(points);
        return points.MoveToOuterDisposeScope();
    }

    private void Follow(StepContext step, Tensor points, Tensor places)
    {
        // A loss that does not reach the inputs leaves the perturbation as it is.
        if (points.grad is not { } gradient)
        {
            return;
        }
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var clean = step.Batch.Inputs;
        using var region = step.Threat.Around(clean);
        var next = points.detach().clone();
        var direction = gradient.clone().nan_to_num_(0, 0, 0);
        step.Threat.Budgets?.Silence(direction);
        region.StepInPlace(next, direction, step.Length(options.Step));
        places[..(int)clean.shape[0]].copy_(next - clean);
    }
}
