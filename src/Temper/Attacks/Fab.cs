using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The fast adaptive boundary attack: projections onto the linearised boundary, drawn towards the clean input.</summary>
/// <remarks>
/// Croce and Hein 2020. Projections onto hyperplane ∩ box are exact. Later restarts begin in a ball of half the budget. Cost per
/// example and restart: <c>steps</c> times (classes − 1) gradients and <c>steps</c> + 5 forwards.
/// </remarks>
[Component(
    "fab",
    "Fast adaptive boundary attack: the nearest wrong point, in the threat's norm",
    "Croce and Hein 2020, Minimally distorted adversarial examples with a fast adaptive boundary attack"
)]
public sealed class Fab(Fab.Options options) : Attack(options)
{
    private const int FinalSteps = 3;

    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of steps per restart.</summary>
        [System.ComponentModel.Description("steps per restart; each takes a gradient for every wrong class")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 100;
    }

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) => new(options.Steps + 5, options.Steps * (classes - 1));

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <inheritdoc/>
    protected override bool SeeksMinimum => true;

    /// <inheritdoc/>
    public override bool Supports(ThreatModel threat) => NormGeometry.Knows(threat);

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        using var scope = NewDisposeScope();
        using var nearest = new NearestWrong(context);
        var search = new FabSearch(context, NormGeometry.Of(context.Threat, Id), nearest);
        var start = context.Clean;
        if (context.Restart > 0)
        {
            start = (start + context.Start(StartKind.Uniform)) / 2;
        }
        search.Walk(start, ScoreGaps.WrongClasses(context.Labels, context.Model.Classes), options.Steps, isAnew: false);
        search.Finish(context.Model.Logits(context.Clean), FinalSteps);
        return nearest.Points().MoveToOuterDisposeScope();
    }
}
