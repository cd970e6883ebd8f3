using System.Reflection;
using Temper.Data;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>A search inside one threat model for inputs the model gets wrong, or takes for the class aimed at. It is never trusted to report its own success.</summary>
public abstract class Attack
{
    private const double Slack = 1e-6;

    private readonly AttackOptions _options;

    /// <summary>Creates the attack.</summary>
    /// <param name="options">Its options.</param>
    protected Attack(AttackOptions options)
    {
        _options = options;
        Id = GetType().GetCustomAttribute<ComponentAttribute>()?.Id ?? GetType().Name;
    }

    /// <summary>Gets the component's id, which also keys its noise.</summary>
    public string Id { get; }

    /// <summary>Gets the number of restarts; 1 where each would repeat the first.</summary>
    public int Restarts => BeginsAlike ? 1 : _options.Restarts;

    /// <summary>Gets whether every restart begins at the same point and draws nothing, so that it finds what the first found.</summary>
    protected virtual bool BeginsAlike => false;

    /// <summary>How often the attack is run in all: its restarts, for each class it aims at.</summary>
    /// <param name="classes">The model's classes.</param>
    public virtual int Rounds(int classes) => Restarts;

    /// <summary>How often the attack is run in all under a goal: for each wrong class where all are aimed at.</summary>
    /// <param name="classes">The model's classes.</param>
    /// <param name="goal">The goal.</param>
    public int Rounds(int classes, Goal goal) =>
        goal.Kind switch
        {
            GoalKind.Untargeted => Rounds(classes),
            GoalKind.All => Restarts * Math.Max(1, classes - 1),
            _ => Restarts,
        };

    /// <summary>One sentence where a model has too few classes for the attack's loss and another takes its place; else null.</summary>
    /// <param name="classes">The model's classes.</param>
    public string? Notice(int classes) => Notice(Loss, classes);

    /// <summary>The most passes that one round spends on an example, so that time can be foretold; null where the attack does not say.</summary>
    /// <param name="classes">The model's classes.</param>
    public virtual PassCeiling? Ceiling(int classes) => null;

    /// <summary>Gets what the attack must see of a model.</summary>
    public virtual Access Needs => Access.Gradients;

    /// <summary>Tells whether it can search among the inputs that a threat model allows, whatever its goal.</summary>
    /// <param name="threat">The threat model.</param>
    public virtual bool Supports(ThreatModel threat) => threat is not UnionThreat;

    /// <summary>Tells whether it can search under a threat model, its goal included.</summary>
    /// <param name="threat">The threat model.</param>
    public bool Takes(ThreatModel threat) => Supports(threat) && (CanAim || !threat.Goal.IsTargeted);

    /// <summary>Gets whether the attack aims at <see cref="AttackContext.Targets"/> where there are any; else it refuses a targeted goal.</summary>
    protected virtual bool CanAim => false;

    /// <summary>Gets the loss it ascends.</summary>
    protected abstract AttackLoss Loss { get; }

    /// <summary>
    /// Gets whether the attack looks for the nearest wrong point however far it is: then a point inside the box but beyond ε is
    /// not projected, it counts as not broken, and <see cref="AttackResult.Distances"/> hold its true distance.
    /// </summary>
    protected virtual bool SeeksMinimum => false;

    /// <summary>Gets whether one forward pass may be added to the most it says: that of a point moved a hair across the boundary.</summary>
    internal bool MayCross => SeeksMinimum;

    /// <summary>Runs all rounds; each works only on the examples still standing.</summary>
    /// <param name="model">The model; its modes, parameters, buffers and gradients come back unchanged.</param>
    /// <param name="batch">The examples, borrowed.</param>
    /// <param name="threat">The threat model.</param>
    /// <param name="rng">The stream; the attack forks it by its id.</param>
    /// <param name="cancellation">Observed between steps.</param>
    /// <returns>The verified result; the caller disposes it.</returns>
    /// <exception cref="ModelException">The model does not fit the examples or has no gradient.</exception>
    /// <exception cref="ThreatException">An input lies outside the box, or the budget is impossible.</exception>
    public AttackResult Run(
        IClassifier model,
        Batch batch,
        ThreatModel threat,
        Rng rng,
        CancellationToken cancellation = default
    )
    {
        var best = RunRestart(model, batch, threat, rng, 0, cancellation);
        var labels = Tensors.ToArray<long>(batch.Labels);
        for (var restart = 1; restart < Rounds(model.Classes, threat.Goal); restart++)
        {
            int[] standing =
            [
                .. Enumerable.Range(0, batch.Count).Where(i => !best.Broken[i] && !threat.Goal.Spares(labels[i])),
            ];
            if (standing.Length == 0)
            {
                break;
            }
            using var rest = batch.Select(standing);
            using var found = RunRestart(model, rest, threat, rng, restart, cancellation);
            Merge(best, found, standing);
        }
        return best;
    }

    /// <summary>Crafts examples for training: the last iterate, projected, not scored; the caller has chosen the mode.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">Clean inputs, shape (N, C, H, W); borrowed.</param>
    /// <param name="labels">Labels, int64, shape (N); borrowed.</param>
    /// <param name="threat">The threat model.</param>
    /// <param name="rng">The stream.</param>
    /// <returns>Shape as <paramref name="inputs"/>; the caller owns it. Noise is keyed by each row's content; fork the stream for other noise.</returns>
    public Tensor Perturb(IClassifier model, Tensor inputs, Tensor labels, ThreatModel threat, Rng rng)
    {
        using var batch = new Batch(inputs.alias(), labels.alias(), ContentHash.Keys(inputs));
        return Perturb(model, batch, threat, rng, 0);
    }

    /// <summary>Crafts examples for training, noise keyed by canonical index and training step.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The examples, borrowed.</param>
    /// <param name="threat">The threat model.</param>
    /// <param name="rng">The stream.</param>
    /// <param name="step">The training step.</param>
    /// <returns>Shape as the inputs; the caller owns it.</returns>
    public Tensor Perturb(IClassifier model, Batch batch, ThreatModel threat, Rng rng, uint step) =>
        Craft(model, batch, threat, rng, new AttackEntry(0, step, KeepBest: false), CancellationToken.None);

    /// <summary>The last iterate, projected, not scored.</summary>
    internal Tensor Craft(
        IClassifier model,
        Batch batch,
        ThreatModel threat,
        Rng rng,
        AttackEntry entry,
        CancellationToken cancellation,
        Aim? given = null
    )
    {
        Preconditions.CheckSearch(this, model, threat);
        if (given is null && Spared.Others(threat.Goal, batch.Labels) is { } rows)
        {
            return Spared.Craft(batch, rows, rest => Craft(model, rest, threat, rng, entry, cancellation));
        }
        var metered = model as MeteredClassifier ?? new MeteredClassifier(model, new QueryMeter());
        using var scope = NewDisposeScope();
        using var region = threat.Around(batch.Inputs);
        using var own = given is null ? AimAt(metered, batch, threat, rng, entry) : null;
        var aim = given ?? own!;
        using var context = new AttackContext(metered, batch, threat, region, rng.Fork(Id), entry, aim, cancellation);
        using var noGrad = no_grad();
        var x = Core(context);
        region.ProjectInPlace(x);
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Finds out whether the gradient this attack follows can be had at all.</summary>
    internal void Probe(IClassifier model, Batch batch)
    {
        if (Needs == Access.Gradients)
        {
            InputGradient.Probe(model, Loss.Fitting(model.Classes), batch.Inputs, batch.Labels);
        }
    }

    /// <summary>Runs one restart and verifies what it returns.</summary>
    internal AttackResult RunRestart(
        IClassifier model,
        Batch batch,
        ThreatModel threat,
        Rng rng,
        int restart,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        Preconditions.Check(this, Loss, model, batch, threat);
        if (Spared.Others(threat.Goal, batch.Labels) is { } rows)
        {
            return Spared.Run(model, batch, rows, rest => RunRestart(model, rest, threat, rng, restart, cancellation));
        }
        using var mode = model.Enter(Mode.Evaluate);
        Probe(model, batch);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var metered = new MeteredClassifier(model, new QueryMeter());
        using var region = threat.Around(batch.Inputs);
        var entry = new AttackEntry((uint)restart, 0, KeepBest: true);
        using var aim = AimAt(metered, batch, threat, rng, entry);
        using var context = new AttackContext(metered, batch, threat, region, rng.Fork(Id), entry, aim, cancellation);
        var x = Core(context);
        // Whatever came back: a value that is not a number is replaced, the point is made legal, and only then scored.
        var points = where(x.isfinite(), x, batch.Inputs);
        if (SeeksMinimum)
        {
            points.clamp_(threat.Box.Low, threat.Box.High);
            threat.Budgets?.Pin(points, batch.Inputs);
        }
        else
        {
            region.ProjectInPlace(points);
            region.TightenInPlace(points);
        }
        var logits = metered.Logits(points);
        var reached = Tensors.ToArray<bool>(aim.Reached(logits));
        if (SeeksMinimum)
        {
            var search = (batch.Inputs, threat, aim, metered);
            (points, logits) = BoundaryHair.Cross(points, logits, reached, search, context.Asked);
        }
        // What was tightened is legal to the last bit; what was not has no slack to claim.
        var legal = threat.Contains(points, batch.Inputs, SeeksMinimum ? 0 : Slack);
        var n = Math.Max(1, batch.Count);
        var together = metered.Meter.Forwards - context.Asked.Forwards.Sum();
        return new(
            points.MoveToOuterDisposeScope(),
            [.. reached.Zip(legal, (r, l) => r && l)],
            Margin.Predictions(logits),
            Tensors.ToArray<double>(threat.Distance(points, batch.Inputs)),
            [.. context.Asked.Forwards.Select(asked => asked + (together / n))],
            [
                .. context.Asked.Gradients.Select(g =>
                    g + ((metered.Meter.Gradients - context.Asked.Gradients.Sum()) / n)
                ),
            ]
        )
        {
            Notices =
            [
                .. BeginsAlike ? Preconditions.Repeats(Id, _options.Restarts) : [],
                .. new[] { Notice(threat.Goal.IsTargeted ? Loss.Counterpart : Loss, model.Classes) }.OfType<string>(),
                .. context.Notices,
            ],
            Surrogate = context.Surrogate,
            Confidences = Confidence.Of(logits),
            Reached = reached,
            Targets = aim.TargetClassesOrNull(),
        };
    }

    /// <summary>Searches; what it returns is projected and scored by the base.</summary>
    /// <param name="context">The batch, the region, the model. Gradients are off; <see cref="AttackContext.Gradient(AttackLoss, Tensor)"/> switches them on.</param>
    /// <returns>Candidates, shape as the clean inputs; never the clean tensor itself.</returns>
    protected abstract Tensor Core(AttackContext context);

    private string? Notice(AttackLoss loss, int classes) => loss.Notice(classes) is { } found ? $"{Id}: {found}" : null;

    private Aim AimAt(MeteredClassifier model, Batch batch, ThreatModel threat, Rng rng, AttackEntry entry) =>
        Aim.Of(
            threat.Goal,
            batch,
            model.Classes,
            rng.Seed,
            ((int)entry.Restart, Restarts),
            () => model.Logits(batch.Inputs)
        );

    private void Merge(AttackResult best, AttackResult found, int[] rows)
    {
        using var noGrad = no_grad();
        best.Surrogate.AddForwards(found.Surrogate.Forwards);
        best.Surrogate.AddGradients(found.Surrogate.Gradients);
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            best.Forwards[row] += found.Forwards[i];
            best.Gradients[row] += found.Gradients[i];
            // Beyond the budget, the nearer of two points that reach the goal is worth keeping, too.
            var isNearer =
                SeeksMinimum && found.Reached[i] && (!best.Reached[row] || found.Distances[i] < best.Distances[row]);
            if (found.Broken[i] || isNearer)
            {
                (best.Broken[row], best.Reached[row]) = (found.Broken[i], found.Reached[i]);
                best.Predictions[row] = found.Predictions[i];
                (best.Distances[row], best.Confidences[row]) = (found.Distances[i], found.Confidences[i]);
                using var target = best.Inputs[row];
                using var source = found.Inputs[i];
                target.copy_(source);
            }
        }
    }
}
