using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Temper.Data;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>A search inside one threat model for inputs the model gets wrong. It is never trusted to report its own success.</summary>
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

    /// <summary>Gets the number of restarts.</summary>
    public int Restarts => _options.Restarts;

    /// <summary>How often the attack is run in all: its restarts, for each class it aims at.</summary>
    /// <param name="classes">The model's classes.</param>
    public virtual int Rounds(int classes) => Restarts;

    /// <summary>One sentence where a model has too few classes for the attack's loss and another takes its place; else null.</summary>
    /// <param name="classes">The model's classes.</param>
    public string? Notice(int classes) => Loss.Notice(classes) is { } found ? $"{Id}: {found}" : null;

    /// <summary>Gets what the attack must see of a model.</summary>
    public virtual Access Needs => Access.Gradients;

    /// <summary>Tells whether it can search under a threat model.</summary>
    /// <param name="threat">The threat model.</param>
    public virtual bool Supports(ThreatModel threat) => true;

    /// <summary>Gets the loss it ascends.</summary>
    protected abstract AttackLoss Loss { get; }

    /// <summary>
    /// Gets whether the attack looks for the nearest wrong point however far it is: then a point inside the box but beyond ε is
    /// not projected, it counts as not broken, and <see cref="AttackResult.Distances"/> hold its true distance.
    /// </summary>
    protected virtual bool SeeksMinimum => false;

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
        for (var restart = 1; restart < Rounds(model.Classes); restart++)
        {
            int[] standing = [.. Enumerable.Range(0, batch.Count).Where(i => !best.Broken[i])];
            if (standing.Length == 0)
            {
                break;
            }
            using var rest = batch.Select(standing);
            using var found = RunRestart(model, rest, threat, rng, restart, cancellation);
            Merge(best, found, standing, batch.Labels);
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
        using var batch = new Batch(inputs.alias(), labels.alias(), ContentKeys(inputs));
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
        CancellationToken cancellation
    )
    {
        var metered = model as MeteredClassifier ?? new MeteredClassifier(model, new QueryMeter());
        using var scope = NewDisposeScope();
        using var region = threat.Around(batch.Inputs);
        using var context = new AttackContext(metered, batch, threat, region, rng.Fork(Id), entry, cancellation);
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
        CheckPreconditions(model, batch, threat);
        using var mode = model.Enter(Mode.Evaluate);
        Probe(model, batch);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var metered = new MeteredClassifier(model, new QueryMeter());
        using var region = threat.Around(batch.Inputs);
        var entry = new AttackEntry((uint)restart, 0, KeepBest: true);
        using var context = new AttackContext(metered, batch, threat, region, rng.Fork(Id), entry, cancellation);
        var x = Core(context);
        // Whatever came back: a value that is not a number is replaced, the point is made legal, and only then scored.
        var points = where(x.isfinite(), x, batch.Inputs);
        if (SeeksMinimum)
        {
            points.clamp_(threat.Box.Low, threat.Box.High);
        }
        else
        {
            region.ProjectInPlace(points);
            region.TightenInPlace(points);
        }
        var logits = metered.Logits(points);
        var wrong = Tensors.ToArray<bool>(Margin.Wrong(logits, batch.Labels));
        // What was tightened is legal to the last bit; what was not has no slack to claim.
        var legal = threat.Contains(points, batch.Inputs, SeeksMinimum ? 0 : Slack);
        var n = Math.Max(1, batch.Count);
        var together = metered.Meter.Forwards - context.Asked.Forwards.Sum();
        return new(
            points.MoveToOuterDisposeScope(),
            [.. wrong.Zip(legal, (w, l) => w && l)],
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
            Notices = Notice(model.Classes) is { } notice ? [notice] : [],
        };
    }

    /// <summary>Searches; what it returns is projected and scored by the base.</summary>
    /// <param name="context">The batch, the region, the model. Gradients are off; <see cref="AttackContext.Gradient(AttackLoss, Tensor)"/> switches them on.</param>
    /// <returns>Candidates, shape as the clean inputs; never the clean tensor itself.</returns>
    protected abstract Tensor Core(AttackContext context);

    /// <summary>A key per row for inputs that come without canonical indices: the same input draws the same noise in any batch.</summary>
    private static long[] ContentKeys(Tensor inputs)
    {
        var values = MemoryMarshal.AsBytes<float>(Tensors.ToArray<float>(inputs));
        var keys = new long[inputs.shape[0]];
        var width = keys.Length == 0 ? 0 : values.Length / keys.Length;
        for (var row = 0; row < keys.Length; row++)
        {
            keys[row] = BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(values.Slice(row * width, width)));
        }
        return keys;
    }

    private static string Words(Access access) => access.ToString().ToLowerInvariant();

    private void CheckPreconditions(IClassifier model, Batch batch, ThreatModel threat)
    {
        model.Input.Check(batch.Inputs.shape, Id);
        if (batch.Inputs.dtype != ScalarType.Float32 || batch.Labels.dtype != ScalarType.Int64)
        {
            throw new ModelException(
                $"{Id}: found inputs of {batch.Inputs.dtype} and labels of {batch.Labels.dtype}, expected Float32 and Int64."
            );
        }
        if (model.Classes < 2)
        {
            throw new ModelException(
                $"{Id}: a classifier has at least 2 classes, the model has {model.Classes}; a single score z is the scores (0, z) of two."
            );
        }
        // Access falls from gradients to scores to labels.
        if (model.Access > Needs)
        {
            throw new ModelException(
                $"{Id}: it needs {Words(Needs)}, and this model offers {Words(model.Access)} only; {Alternatives.For(model.Access, threat)}."
            );
        }
        if (!Supports(threat))
        {
            throw new ThreatException(
                $"{Id}: it cannot search under {threat.Text}; {Alternatives.For(model.Access, threat)}."
            );
        }
        if (model.Classes < Loss.Fitting(model.Classes).MinClasses)
        {
            throw new ModelException(
                $"{Id}: loss '{Loss.Id}' needs {Loss.MinClasses} classes, the model has {model.Classes}."
            );
        }
        if (threat.Box != model.Range)
        {
            throw new ThreatException(
                $"{Id}: the threat's box is {threat.Box}, the model's {model.Range}; they must agree."
            );
        }
        threat.Check(batch.Inputs);
        if (batch.Count > 0)
        {
            using var scope = NewDisposeScope();
            var (low, high) = (batch.Labels.min().item<long>(), batch.Labels.max().item<long>());
            if (low < 0 || high >= model.Classes)
            {
                throw new ModelException(
                    $"{Id}: found labels from {low} to {high}, expected 0 to {model.Classes - 1} for this model."
                );
            }
        }
    }

    private void Merge(AttackResult best, AttackResult found, int[] rows, Tensor labels)
    {
        using var noGrad = no_grad();
        var right = Tensors.ToArray<long>(labels);
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            best.Forwards[row] += found.Forwards[i];
            best.Gradients[row] += found.Gradients[i];
            // Beyond the budget, the nearer of two wrong points is worth keeping, too.
            var isNearer =
                SeeksMinimum
                && found.Predictions[i] != right[row]
                && (best.Predictions[row] == right[row] || found.Distances[i] < best.Distances[row]);
            if (found.Broken[i] || isNearer)
            {
                best.Broken[row] = found.Broken[i];
                best.Predictions[row] = found.Predictions[i];
                best.Distances[row] = found.Distances[i];
                using var target = best.Inputs[row];
                using var source = found.Inputs[i];
                target.copy_(source);
            }
        }
    }
}
