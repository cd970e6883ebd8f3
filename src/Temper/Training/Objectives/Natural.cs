using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>Plain training on clean examples: the twin every robust model is compared with. Cost: 1 (F+B).</summary>
[Component("natural", "Plain training on clean examples", "the baseline")]
[Guidance(
    "CE(f(x), y)",
    "The twin that every robust model is compared with; the ordinary network that hat and ensemble ask for; a start for --from.",
    "Anything that is to withstand an attack: at the usual budgets nearly nothing stands under PGD."
)]
public sealed class Natural : Objective, ITakesUnions
{
    /// <summary>Options: none.</summary>
    public sealed record Options;

    /// <inheritdoc/>
    public override bool Adversarial => false;

    /// <inheritdoc/>
    public override StepPasses? Passes => new(1, 1);

    /// <inheritdoc/>
    public StepPasses PassesUnder(UnionThreat threat) => new(1, 1);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step) => step.CrossEntropyAt(step.Batch.Inputs);
}
