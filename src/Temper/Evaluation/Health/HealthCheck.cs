using Temper.Errors;
using Temper.Models;
using static TorchSharp.torch;

namespace Temper.Evaluation.Health;

/// <summary>Measures how a model behaves where attacks ask it.</summary>
/// <remarks>
/// With 256 examples it costs some 27,000 forward and 17,000 gradient passes at most, and is quick for small networks. Noise is keyed by
/// the examples, so the same subset gives the same figures, but for models that answer at random.
/// </remarks>
public static class HealthCheck
{
    /// <summary>The stage that progress is told of.</summary>
    public const string Stage = "health";

    /// <summary>Measures everything that the model lets see.</summary>
    /// <param name="plan">The plan; its attacks play no part, its model comes back in its modes.</param>
    /// <param name="subset">The canonical indices of the examples, at least one; 256 are enough. They are asked in one batch.</param>
    /// <param name="progress">Told after every measurement.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <returns>The figures; what could not be measured is null, with a note.</returns>
    /// <exception cref="UsageException">The subset is empty.</exception>
    /// <exception cref="ThreatException">An input lies outside the box, or the budget is impossible.</exception>
    /// <exception cref="ModelException">The model does not fit the examples.</exception>
    public static ModelHealth Measure(
        EvaluationPlan plan,
        IReadOnlyList<int> subset,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    ) => Measure(plan, subset, binarise: false, progress, cancellation);

    /// <summary>The same, with the binarisation test on request: some thousand passes more for every example.</summary>
    internal static ModelHealth Measure(
        EvaluationPlan plan,
        IReadOnlyList<int> subset,
        bool binarise,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(subset);
        if (subset.Count == 0)
        {
            throw new UsageException("A model's health was asked for on no example: expected at least one.");
        }
        using var scope = NewDisposeScope();
        using var subject = new HealthSubject(plan, subset, cancellation);
        foreach (var member in subject.Members)
        {
            member.Check(subject.Batch.Inputs);
        }
        return new Course(subject, binarise, progress).Run();
    }

    /// <summary>One run through all measurements.</summary>
    private sealed class Course(HealthSubject subject, bool binarise, IProgress<EvaluationProgress>? progress)
    {
        private const int Parts = 11;

        // Croce and Hein 2020: where the code of AutoAttack calls a model random.
        private const double Repeated = 1e-4;

        private readonly List<string> _notes = [];
        private int _done;

        public ModelHealth Run()
        {
            var access = subject.Model.Access;
            var missing = access == Access.Gradients ? GradientMeasure.Missing(subject) : null;
            if (access != Access.Gradients)
            {
                _notes.Add(
                    $"gradients, agreement, gradient mode, scale and convergence: the model shows {Shown(access)} only."
                );
            }
            if (missing is not null)
            {
                _notes.Add($"gradients, agreement, scale and convergence: {missing}");
            }
            if (access == Access.Labels)
            {
                _notes.Add("outputs, stability and flatness: the model shows no scores.");
            }
            if (subject.Correct.Count == 0)
            {
                _notes.Add(
                    "gradients, agreement, stability, scale and convergence: no example is classified correctly."
                );
            }
            var scored = access != Access.Labels;
            var correct = subject.Correct.Count > 0;
            var searched = access == Access.Gradients && missing is null && correct;
            var randomness = Part(true, SamenessMeasure.Randomness)!;
            var repeats = randomness.MaxDifference <= Repeated && randomness.Changed == 0;
            if (!repeats)
            {
                _notes.Add(
                    "batch and gradient mode: the model answers differently each time, so differences say nothing."
                );
            }
            var health = new ModelHealth
            {
                N = subject.Batch.Count,
                Correct = subject.Correct.Count,
                Forwards = 0,
                Gradients = 0,
                GradientReachesInput = access == Access.Gradients ? missing is null : null,
                Randomness = randomness,
                Batch = Part(repeats, SamenessMeasure.Companions),
                GradientMode = Part(repeats && access == Access.Gradients, SamenessMeasure.WithGradients),
                Outputs = Part(scored, ScoreMeasure.Outputs),
                Stability = Part(scored && correct, ScoreMeasure.Stability),
                Flatness = Part(scored, ScoreMeasure.Flatness),
                InputGradients = Part(searched, GradientMeasure.Measure),
                Agreement = Part(searched, GradientMeasure.Agreement),
                Scale = Part(searched, SearchMeasure.Scale),
                Convergence = Part(searched, SearchMeasure.Convergence),
                Binarisation = Part(binarise && searched && repeats, BinarisationMeasure.Measure),
            };
            if (binarise && health.Binarisation is null)
            {
                _notes.Add("binarisation: it needs gradients, answers that repeat, and linf or l2.");
            }
            return health with
            {
                Forwards = subject.Model.Meter.Forwards,
                Gradients = subject.Model.Meter.Gradients,
                Notes = _notes,
            };
        }

        private T? Part<T>(bool asked, Func<HealthSubject, T?> measure)
            where T : class
        {
            var found = asked ? measure(subject) : null;
            _done++;
            progress?.Report(new(Stage, _done, Parts, subject.Correct.Count));
            return found;
        }

        private static string Shown(Access access) => access == Access.Scores ? "scores" : "labels";
    }
}
