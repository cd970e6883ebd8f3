using Temper.Data;
using Temper.Evaluation;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>The surrogates that an evaluation trains on the spot, where its protocol wants some and none are named.</summary>
/// <param name="files">The networks; disposed with this.</param>
internal sealed class OwnSurrogates(IReadOnlyList<ModelFile> files) : IDisposable
{
    /// <summary>The examples that surrogates are trained on at most.</summary>
    public const int MostExamples = 5000;

    /// <summary>The examples without which training is no use.</summary>
    public const int FewestExamples = 500;

    /// <summary>Gets the request, with the surrogates; as it was where there are none of one's own.</summary>
    public required EvaluationRequest Request { get; init; }

    /// <summary>Trains what is missing and opens it.</summary>
    /// <param name="request">The evaluation.</param>
    /// <param name="selection">The examples that are evaluated.</param>
    /// <param name="progress">Told what training will cost, and after every step.</param>
    /// <param name="cancellation">Stops between steps; training goes on from there.</param>
    public static OwnSurrogates Of(
        EvaluationRequest request,
        Selection selection,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (request.Protocol is not { TrainsSurrogates: true } || request.Surrogates.Count > 0)
        {
            return new([]) { Request = request };
        }
        var (set, indices) = Examples(request, selection);
        if (WhyNot(request, indices.Length) is { } reason)
        {
            return new([]) { Request = request with { Remark = $"No surrogates were trained: {reason}" } };
        }
        SurrogateTraining[] trainings =
        [
            new(request, set, indices, SurrogateTraining.Natural),
            new(request, set, indices, SurrogateTraining.Robust),
        ];
        Foretell([.. trainings.Where(t => !t.IsDone)], progress);
        List<ModelFile> files = [];
        List<ManifestPasses> passes = [];
        foreach (var training in trainings)
        {
            var (file, cost) = training.Open(progress, cancellation);
            files.Add(file);
            passes.Add(cost);
        }
        return new(files) { Request = request with { Surrogates = files, SurrogatePasses = passes } };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in files)
        {
            file.Dispose();
        }
    }

    /// <summary>Of the training split where it is here, else of what is not evaluated.</summary>
    internal static (ExampleSet Set, int[] Indices) Examples(EvaluationRequest request, Selection selection)
    {
        var set = request.Set;
        var rng = new Rng(request.Seed).Fork("surrogates/sample");
        if (
            request.TrainingSplit is { } train
            && (train.Channels, train.Height, train.Width, train.Classes)
                == (set.Channels, set.Height, set.Width, set.Classes)
        )
        {
            return (train, [.. Sample(train.Count)]);
        }
        int[] rest = [.. Enumerable.Range(0, set.Count).Except(selection.Indices)];
        return (set, [.. Sample(rest.Length).Select(i => rest[i])]);

        IEnumerable<int> Sample(int total) =>
            total <= MostExamples ? Enumerable.Range(0, total) : rng.Sample(MostExamples, total);
    }

    private static string? WhyNot(EvaluationRequest request, int examples)
    {
        if (request.Threat is UnionThreat)
        {
            return "points of other networks are submitted under one norm, and this is a union.";
        }
        if (request.Threat.Epsilon.Value == 0)
        {
            return "the budget is 0.";
        }
        if (request.Model.Classifier.Range != PixelRange.Unit)
        {
            return $"the model takes inputs in {request.Model.Classifier.Range}, they in {PixelRange.Unit}.";
        }
        return examples < FewestExamples
            ? $"the training split is not here, and {examples} examples are left that are not evaluated, expected at least {FewestExamples}; name some by --surrogate."
            : null;
    }

    private static void Foretell(SurrogateTraining[] trainings, IProgress<EvaluationProgress>? progress)
    {
        if (progress is null || trainings.Length == 0)
        {
            return;
        }
        var (forwards, gradients) = (trainings.Sum(t => t.Cost.Forwards), trainings.Sum(t => t.Cost.Gradients));
        var seconds = trainings[0].Times().Of(new(forwards, gradients));
        progress.Report(
            new("surrogates", 0, trainings.Length, EvaluationProgress.NotAttacked)
            {
                Foretold = new(forwards, gradients, seconds, 0),
            }
        );
    }
}
