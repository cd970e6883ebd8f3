using Temper.Data;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Evaluation.Health;

/// <summary>What the measurements share: a model in evaluation mode, a batch and its scores.</summary>
internal sealed class HealthSubject : IDisposable
{
    private readonly ModeScope _mode;

    /// <summary>Asks for the scores of a subset.</summary>
    /// <param name="plan">The plan; its model is borrowed and comes back in its modes.</param>
    /// <param name="subset">The canonical indices.</param>
    /// <param name="cancellation">Observed between passes.</param>
    public HealthSubject(EvaluationPlan plan, IReadOnlyList<int> subset, CancellationToken cancellation)
    {
        (Model, Cancellation) = (new(plan.Model, new QueryMeter()), cancellation);
        Rng = plan.Rng.Fork("health");
        // What is measured is the model; a goal would only say which of its errors count.
        Threat = plan.Threat with
        {
            Goal = Goal.Untargeted,
        };
        _mode = plan.Model.Enter(Mode.Evaluate);
        Batch = BatchSource.Gather(plan.Set, subset, plan.Model.Device);
        using var noGrad = no_grad();
        Logits = Model.Logits(Batch.Inputs);
        Scores = new(Tensors.ToArray<float>(Logits), Model.Classes);
        Labels = [.. Tensors.ToArray<long>(Batch.Labels).Select(label => (int)label)];
        int[] rows = [.. Enumerable.Range(0, Batch.Count).Where(row => !Margin.IsWrong(Scores.Row(row), Labels[row]))];
        Correct = Batch.Select(rows);
        Margins = [.. rows.Select(row => Margin.Of(Scores.Row(row), Labels[row]))];
    }

    /// <summary>Gets the model; every query is counted.</summary>
    public MeteredClassifier Model { get; }

    /// <summary>Gets the stream.</summary>
    public Rng Rng { get; }

    /// <summary>Gets the threat model, without its goal.</summary>
    public ThreatModel Threat { get; }

    /// <summary>Gets the whole subset.</summary>
    public Batch Batch { get; }

    /// <summary>Gets the examples that are classified correctly.</summary>
    public Batch Correct { get; }

    /// <summary>Gets the scores of the whole subset, shape (N, classes).</summary>
    public Tensor Logits { get; }

    /// <summary>Gets the same as rows of numbers.</summary>
    public ScoreRows Scores { get; }

    /// <summary>Gets the labels of the whole subset.</summary>
    public int[] Labels { get; }

    /// <summary>Gets the margins max_{k≠y} z_k − z_y of the correct examples: all negative.</summary>
    public float[] Margins { get; }

    /// <summary>Gets the median distance of the right score to the largest other, over the correct examples; 0 where there are none.</summary>
    public double MedianMargin => Margins.Length == 0 ? 0 : -Margins.Order().ElementAt(Margins.Length / 2);

    /// <summary>Gets what stops the measuring.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Gets the members of a union, or the threat itself.</summary>
    public IReadOnlyList<ThreatModel> Members => Threat is UnionThreat union ? union.Members : [Threat];

    /// <summary>The threat a search can take: the model's own, or the first member of a union that it takes; null for none.</summary>
    /// <param name="takes">Whether the search takes a threat.</param>
    public ThreatModel? ThreatFor(Func<ThreatModel, bool> takes) => Members.FirstOrDefault(takes);

    /// <summary>Points whose values each moved by a uniform random number up to a radius, moved into the box.</summary>
    /// <param name="centre">The points they moved from; borrowed.</param>
    /// <param name="examples">The canonical indices, which key the noise.</param>
    /// <param name="radius">The radius, in input units.</param>
    /// <param name="purpose">Keys the noise.</param>
    /// <param name="draw">Keys the noise.</param>
    /// <returns>Shape as the centre; the caller owns it.</returns>
    public Tensor Near(Tensor centre, long[] examples, double radius, string purpose, int draw)
    {
        using var scope = NewDisposeScope();
        var noise = empty(centre.shape, dtype: ScalarType.Float32);
        Rng.Fork(purpose).FillUniform(Tensors.Floats(noise), examples, 0, (uint)draw, ((float)-radius, (float)radius));
        return noise.to(centre.device).add_(centre).clamp_(Threat.Box.Low, Threat.Box.High).MoveToOuterDisposeScope();
    }

    /// <summary>Scores as rows of numbers.</summary>
    /// <param name="x">Inputs; borrowed.</param>
    public ScoreRows Ask(Tensor x)
    {
        Cancellation.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return new(Tensors.ToArray<float>(Model.Logits(x)), Model.Classes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Logits.Dispose();
        Correct.Dispose();
        Batch.Dispose();
        _mode.Dispose();
    }
}
