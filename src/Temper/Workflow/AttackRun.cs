using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Temper.Attacks;
using Temper.Evaluation;
using Temper.Models;
using Temper.Numerics;
using Temper.Serialization;
using static TorchSharp.torch;

namespace Temper.Workflow;

/// <summary>Runs one attack on every chosen example and saves the points as float32, on request as 8-bit values too.</summary>
public static class AttackRun
{
    /// <summary>Runs the attack and writes a safetensors file.</summary>
    /// <param name="request">What to attack; exactly one attack. Its folder is not used.</param>
    /// <param name="path">
    /// The file: <c>inputs</c> (N, C, H, W), <c>labels</c>, <c>indices</c>, <c>predictions</c>, <c>broken</c>, <c>distances</c>.
    /// </param>
    /// <param name="round">
    /// Whether the points are also rounded to 8 bits, inside ball and box, and judged anew: <c>inputs8</c> (uint8, a value is its byte
    /// divided by 255 along the box), <c>predictions8</c>, <c>broken8</c>, <c>distances8</c>.
    /// </param>
    /// <param name="clock">Tells when test data was looked at.</param>
    /// <param name="progress">Told after every block.</param>
    /// <param name="cancellation">Stops between blocks; nothing is written then.</param>
    /// <returns>How many are broken of how many that can be; a clean error counts as broken where it reaches the threat's goal.</returns>
    public static AttackOutcome Run(
        EvaluationRequest request,
        string path,
        bool round,
        TimeProvider clock,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        AccessCheck.Run(request.Model.Classifier, request.Threat, request.Attacks);
        PassChoice.Apply(request.Model.Classifier, PassChoice.Of(request.Model.Graph, request.Passes, null));
        var rng = new Rng(request.Seed).Fork("evaluate");
        var selection = Selection.Of(request.Set.Count, request.Limit, request.Sample, rng);
        var asked = request.Attacks.Single();
        var targets = AccessCheck.Targets(request, selection);
        TestLooks.Count(request.Model.Path, Look(request, asked, selection, clock));
        using var points = new Points(request, selection.Indices);
        var notices = new HashSet<string>(StringComparer.Ordinal);
        int[] spared = [.. selection.Indices.Except(targets)];
        var (goal, model) = (request.Threat.Goal, request.Model.Classifier);
        foreach (var block in Blocks.Predict(model, request.Set, spared, request.Block, goal, request.Seed))
        {
            points.Spare(block.Indices, block.Predictions);
        }
        for (
            var restart = 0;
            restart < asked.Attack.Rounds(request.Model.Classifier.Classes, request.Threat.Goal);
            restart++
        )
        {
            var standing = points.Standing();
            var done = 0;
            foreach (
                var (indices, result) in Blocks.Run(
                    asked.Attack,
                    restart,
                    request.Model.Classifier,
                    request.Set,
                    standing,
                    request.Threat,
                    rng.Fork(asked.Name),
                    request.Block,
                    cancellation
                )
            )
            {
                using (result)
                {
                    points.Take(indices, result, first: restart == 0);
                    notices.UnionWith(result.Notices);
                }
                done += indices.Length;
                progress?.Report(new($"{asked.Name}/{restart}", done, standing.Length, points.Standing().Length));
            }
        }
        var rounded = round ? points.Rounded() : null;
        var total = targets.Count;
        var outcome = new AttackOutcome(total - points.Standing().Length, total, rounded?.Outcome)
        {
            Notices = [.. notices],
        };
        points.Save(path, rounded, Metadata(request, asked, outcome));
        return outcome;
    }

    private static TestLook Look(
        EvaluationRequest request,
        RequestedAttack asked,
        Selection selection,
        TimeProvider clock
    )
    {
        var data = DataSource.Card(request.Set, selection, request.ValidationRule, request.Overlap);
        var decides = new JsonObject
        {
            ["temper"] = EnvironmentCard.Version,
            ["rng"] = Rng.Algorithm,
            ["seed"] = request.Seed,
            ["threads"] = request.Threads,
            ["block"] = request.Block,
            ["model"] = request.Model.Sha256,
            ["data"] = data.Sha256,
            ["selection"] = data.Selection,
            ["threat"] = request.Threat.Text,
            ["mask"] = request.Threat.Budgets?.Sha256,
            ["attack"] = asked.Name,
            ["options"] = asked.Options.DeepClone(),
        };
        return new(
            clock.GetUtcNow(),
            "attack",
            request.Model.Sha256,
            data.Name,
            data.Split,
            data.Sha256,
            data.Selection,
            data.N,
            request.Threat.Text,
            [asked.Name],
            Hashes.Sha256(Encoding.UTF8.GetBytes(decides.ToJsonString()))
        );
    }

    private static SortedDictionary<string, string> Metadata(
        EvaluationRequest request,
        RequestedAttack asked,
        AttackOutcome outcome
    )
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["temper.kind"] = "temper-points/1",
            ["temper.threat"] = request.Threat.Text,
            ["temper.attack"] = asked.Name,
            ["temper.options"] = asked.Options.ToJsonString(),
            ["temper.model-sha256"] = request.Model.Sha256,
            ["temper.data-sha256"] = request.Set.Sha256,
            ["temper.seed"] = Text(request.Seed),
            ["temper.examples"] = Text(outcome.Total),
            ["temper.broken"] = Text(outcome.Broken),
        };
        if (outcome.Rounded is { } rounded)
        {
            metadata["temper.broken8"] = Text(rounded.Broken);
            metadata["temper.outside8"] = Text(rounded.Outside);
            metadata["temper.between8"] = Text(rounded.Between);
        }
        return metadata;
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>The best point of every example so far.</summary>
    private sealed class Points(EvaluationRequest request, IReadOnlyList<int> indices) : IDisposable
    {
        private readonly Tensor _inputs = zeros([
            indices.Count,
            request.Set.Channels,
            request.Set.Height,
            request.Set.Width,
        ]);
        private readonly Dictionary<int, int> _row = indices.Select((i, r) => (i, r)).ToDictionary(p => p.i, p => p.r);
        private readonly int[] _predictions = new int[indices.Count];
        private readonly bool[] _broken = new bool[indices.Count];
        private readonly double[] _distances = new double[indices.Count];
        private readonly long[] _targets = new long[indices.Count];
        private readonly HashSet<int> _spared = [];

        public int[] Standing() => [.. indices.Where((i, row) => !_broken[row] && !_spared.Contains(i))];

        /// <summary>Takes examples that are no targets: they stay as they are.</summary>
        public void Spare(int[] block, int[] predictions)
        {
            foreach (var (index, prediction) in block.Zip(predictions))
            {
                _spared.Add(index);
                _predictions[_row[index]] = prediction;
                using var target = _inputs[_row[index]];
                request.Set.Copy(index, Tensors.Floats(target));
            }
        }

        public void Take(int[] block, AttackResult result, bool first)
        {
            using var noGrad = no_grad();
            for (var i = 0; i < block.Length; i++)
            {
                var row = _row[block[i]];
                _targets[row] = result.Targets?[i] ?? 0;
                if (first || result.Broken[i])
                {
                    using var target = _inputs[row];
                    using var source = result.Inputs[i];
                    target.copy_(source);
                    (_predictions[row], _broken[row], _distances[row]) = (
                        result.Predictions[i],
                        result.Broken[i],
                        result.Distances[i]
                    );
                }
            }
        }

        public RoundedPoints Rounded() => RoundedPoints.Of(request, indices, _inputs, _broken, _targets);

        public void Save(string path, RoundedPoints? rounded, IReadOnlyDictionary<string, string> metadata)
        {
            using var scope = NewDisposeScope();
            long[] labels = [.. indices.Select(i => (long)request.Set.Labels[i])];
            new SafetensorsFile(
                [
                    Weights.Entry("inputs", _inputs),
                    Weights.Entry("labels", tensor(labels)),
                    Weights.Entry("indices", tensor(indices.Select(i => (long)i).ToArray())),
                    Weights.Entry("predictions", tensor(_predictions)),
                    Weights.Entry("broken", tensor(_broken)),
                    Weights.Entry("distances", tensor(_distances)),
                    .. rounded?.Entries() ?? [],
                ],
                metadata
            ).Write(path);
        }

        public void Dispose() => _inputs.Dispose();
    }
}
