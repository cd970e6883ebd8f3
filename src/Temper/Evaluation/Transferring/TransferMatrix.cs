using Temper.Attacks;
using Temper.Data;
using Temper.Errors;
using Temper.Evaluation.Foretelling;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Serialization;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Evaluation.Transferring;

/// <summary>What points crafted on one network do to another: <c>transfer.json</c>.</summary>
/// <param name="Models">The networks; the model evaluated comes first.</param>
/// <param name="Examples">The examples that points were crafted for.</param>
/// <param name="Steps">The steps of projected gradient descent.</param>
/// <param name="Forwards">Forward passes spent on all networks, in examples.</param>
/// <param name="Gradients">Gradient passes spent on all networks, in examples.</param>
/// <param name="Cells">One entry per pair whose first network has gradients.</param>
/// <remarks>
/// Papernot et al. 2016, Transferability in Machine Learning. The last iterates are submitted, which go on after their own network is
/// wrong: they transfer better than the first that is.
/// </remarks>
internal sealed record TransferMatrix(
    IReadOnlyList<ManifestSurrogate> Models,
    int Examples,
    int Steps,
    long Forwards,
    long Gradients,
    IReadOnlyList<TransferCell> Cells
)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "transfer.json";

    /// <summary>The stage that progress is told of.</summary>
    public const string Stage = "transfer";

    private const int CraftSteps = 40;

    private static readonly Pgd Search = new(new() { Steps = CraftSteps, Step = StepSize.Parse("rel:0.0625") });

    /// <summary>Whether points can be crafted under a threat.</summary>
    public static bool Can(ThreatModel threat) => !threat.Goal.IsTargeted && Search.Takes(threat);

    /// <summary>What the table costs at most, on all networks together.</summary>
    /// <param name="plan">The evaluation.</param>
    /// <param name="models">The number of networks, the model evaluated among them.</param>
    public static Errand Errand(EvaluationPlan plan, int models)
    {
        var search = Search.Ceiling(plan.Model.Classes)!.Value;
        // Each looks at the clean inputs, crafts, and looks at what all have crafted.
        return new(
            Stage,
            Search.Id,
            plan.Probed().Count,
            new(models * (1 + search.Forwards + models), models * search.Gradients),
            plan.Block
        );
    }

    /// <summary>Reads the file strictly.</summary>
    /// <exception cref="DataException">The file is missing, is not such JSON, or its counts contradict each other.</exception>
    public static TransferMatrix Read(string path)
    {
        var matrix = JsonText.Read<TransferMatrix>(path);
        var count = matrix.Models.Count;
        var wrong = matrix.Cells.FirstOrDefault(c =>
            c.From < 0
            || c.From >= count
            || c.To < 0
            || c.To >= count
            || c.Broken < 0
            || c.Broken > c.N
            || c.N > matrix.Examples
        );
        return wrong is null ? matrix : throw new DataException($"{path}: a pair contradicts itself: {wrong}.");
    }

    /// <summary>Writes the file, atomically.</summary>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    public void Write(string path) => AtomicFile.WriteText(path, JsonText.Write(this));

    /// <summary>Crafts on every network that has gradients and submits to all.</summary>
    /// <param name="plan">The evaluation; the examples are those of its probes.</param>
    /// <param name="cards">The networks' files, in the order of <paramref name="models"/>.</param>
    /// <param name="models">The networks, borrowed.</param>
    /// <param name="progress">Told after every block, of the examples at which the model evaluated stands.</param>
    /// <param name="cancellation">Observed between steps.</param>
    public static TransferMatrix Measure(
        EvaluationPlan plan,
        IReadOnlyList<ManifestSurrogate> cards,
        IReadOnlyList<IClassifier> models,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        var rng = plan.Rng.Fork("transfer-matrix");
        var meters = models.Select(m => new MeteredClassifier(m, new QueryMeter())).ToArray();
        var modes = models.Select(m => m.Enter(Mode.Evaluate)).ToArray();
        var counts = new (int N, int Broken)[models.Count, models.Count];
        var examples = plan.Probed();
        var (blocks, done, standing) = (0, 0, 0);
        foreach (var chunk in examples.Chunk(plan.Block))
        {
            blocks++;
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var batch = Blocks.Fill(plan.Set, chunk, plan.Block, plan.Model.Device);
            var right = meters.Select(m => Right(m, batch.Inputs, batch.Labels)).ToArray();
            var stands = right[0].ToArray();
            for (var from = 0; from < models.Count; from++)
            {
                if (models[from].Access != Access.Gradients)
                {
                    continue;
                }
                Search.Probe(models[from], batch);
                var entry = new AttackEntry(0, 0, KeepBest: false);
                var crafted = Search.Craft(meters[from], batch, plan.Threat, rng, entry, cancellation);
                // Legal to the last bit, as every point that is held against a certificate.
                var points = plan.Threat.Project(crafted, batch.Inputs);
                var legal = plan.Threat.Contains(points, batch.Inputs);
                for (var to = 0; to < models.Count; to++)
                {
                    var still = Right(meters[to], points, batch.Labels);
                    if (to == 0)
                    {
                        bool[] broken = [.. chunk.Select((_, row) => right[0][row] && legal[row] && !still[row])];
                        Tell(plan, $"{Stage}/{from}", blocks - 1, chunk, batch, points, broken);
                    }
                    for (var row = 0; row < chunk.Length; row++)
                    {
                        var isBroken = legal[row] && !still[row];
                        stands[row] &= to != 0 || !isBroken;
                        if (right[from][row] && right[to][row])
                        {
                            counts[from, to].N++;
                            counts[from, to].Broken += isBroken ? 1 : 0;
                        }
                    }
                }
            }
            batch.Dispose();
            done += chunk.Length;
            standing += stands.Take(chunk.Length).Count(s => s);
            progress?.Report(new(Stage, done, examples.Count, standing));
        }
        foreach (var mode in modes)
        {
            mode.Dispose();
        }
        // Rows that only fill up the last block are no work done for anything.
        long Scaled(long passes) => blocks == 0 ? 0 : passes / (blocks * (long)plan.Block) * examples.Count;
        var pairs =
            from source in Enumerable.Range(0, models.Count)
            where models[source].Access == Access.Gradients
            from target in Enumerable.Range(0, models.Count)
            select new TransferCell(source, target, counts[source, target].N, counts[source, target].Broken);
        return new(
            cards,
            examples.Count,
            CraftSteps,
            meters.Sum(m => Scaled(m.Meter.Forwards)),
            meters.Sum(m => Scaled(m.Meter.Gradients)),
            [.. pairs]
        );
    }

    /// <summary>Tells who watches the model's certificates of points that break it; these passes are no part of the table.</summary>
    private static void Tell(
        EvaluationPlan plan,
        string stage,
        int block,
        int[] chunk,
        Batch batch,
        Tensor points,
        bool[] broken
    )
    {
        if (plan.WhenBroken is null || !broken.Contains(true))
        {
            return;
        }
        var predictions = Margin.Predictions(plan.Model.Logits(points));
        var distances = Tensors.ToArray<double>(plan.Threat.Distance(points, batch.Inputs));
        plan.Tell(
            Stage,
            new(stage, block, 0, chunk, predictions, broken, distances, [], [], []),
            points,
            Enumerable.Range(0, chunk.Length).Where(row => broken[row])
        );
    }

    private static bool[] Right(MeteredClassifier model, Tensor x, Tensor labels)
    {
        using var wrong = Margin.Wrong(model.Logits(x), labels);
        return [.. Tensors.ToArray<bool>(wrong).Select(w => !w)];
    }
}
