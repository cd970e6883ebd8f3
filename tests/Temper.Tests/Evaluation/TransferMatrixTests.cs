using Temper.Data;
using Temper.Evaluation;
using Temper.Evaluation.Transferring;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Tests.Evaluation;

public sealed class TransferMatrixTests
{
    private const double Budget = 0.15;
    private readonly ImageSet _set = Toy.Stripes(40, 3, classes: 2);

    /// <summary>Between linear models everything is known: the point is a corner of the ball, and the other's margin there a sum.</summary>
    [Fact]
    public void Between_linear_models_the_counts_are_exact()
    {
        double[][] weights = [Weights(1), Weights(2), Weights(3)];
        ModuleClassifier[] models = [.. weights.Select(Linear)];
        var plan = Plan(models[0]);
        ManifestSurrogate[] cards = [new("a", "0"), new("b", "1"), new("c", "2")];
        var matrix = TransferMatrix.Measure(plan, cards, models, null, CancellationToken.None);
        Assert.Equal(9, matrix.Cells.Count);
        Assert.Equal(40, matrix.Examples);
        // Each crafts with 40 gradients; all are asked about the clean inputs and about all points.
        Assert.Equal(3 * 40 * 40, matrix.Gradients);
        var image = new float[36];
        foreach (var cell in matrix.Cells)
        {
            var (n, broken) = (0, 0);
            for (var i = 0; i < _set.Count; i++)
            {
                _set.Copy(i, image);
                // The sign that makes a positive margin right.
                var sign = _set.Labels[i] == 0 ? 1 : -1;
                double Margin(double[] w) => sign * image.Zip(w, (x, d) => x * d).Sum();
                if (Margin(weights[cell.From]) > 0 && Margin(weights[cell.To]) > 0)
                {
                    n++;
                    var fall = Budget * weights[cell.From].Zip(weights[cell.To], (f, t) => Math.Sign(f) * t).Sum();
                    broken += Margin(weights[cell.To]) - fall <= 0 ? 1 : 0;
                }
            }
            Assert.Equal((n, broken), (cell.N, cell.Broken));
        }
        Assert.Contains(matrix.Cells, c => c.From != c.To && c.Broken > 0 && c.Broken < c.N);
        foreach (var model in models)
        {
            model.Dispose();
        }
    }

    /// <summary>The model's own points and the surrogate's are points of the threat model, and who watches certified examples is told.</summary>
    [Fact]
    public void Points_that_break_the_model_are_told_of()
    {
        ModuleClassifier[] models = [Linear(Weights(1)), Linear(Weights(2))];
        List<(string Stage, int Index)> told = [];
        var plan = Plan(models[0]);
        plan = plan with
        {
            WhenBroken = (attack, line, row) =>
            {
                Assert.Equal("transfer", attack);
                var (clean, index) = (new float[36], line.Indices[row]);
                _set.Copy(index, clean);
                var point = PointText.Read(line.Points[row], 36);
                var sign = _set.Labels[index] == 0 ? 1 : -1;
                Assert.True(sign * clean.Zip(Weights(1), (x, d) => x * d).Sum() > 0);
                Assert.True(sign * point.Zip(Weights(1), (x, d) => x * d).Sum() < 1e-5);
                Assert.NotEqual(_set.Labels[index], line.Predictions[row]);
                Assert.InRange(point.Zip(clean, (a, b) => Math.Abs((double)a - b)).Max(), 0, Budget);
                told.Add((line.Stage, index));
            },
        };
        ManifestSurrogate[] cards = [new("a", "0"), new("b", "1")];
        var matrix = TransferMatrix.Measure(plan, cards, models, null, CancellationToken.None);
        Assert.Equal(told.Count, told.Distinct().Count());
        foreach (var cell in matrix.Cells.Where(c => c.To == 0))
        {
            // Those as well that the surrogate gets wrong without an attack.
            Assert.InRange(cell.Broken, 1, told.Count(t => t.Stage == $"transfer/{cell.From}"));
        }
        foreach (var model in models)
        {
            model.Dispose();
        }
    }

    [Fact]
    public void An_evaluation_with_surrogates_keeps_table_and_probe()
    {
        using var folder = new Folder();
        using var model = File(Linear(Weights(1)), folder);
        using var other = ModelFile.Open(Saved(folder.File("other.safetensors")), new InputShape(1, 6, 6), 2);
        EvaluationRun.Run(
            new()
            {
                Model = model,
                Set = _set,
                Threat = ThreatModel.Parse("linf:0.2"),
                Attacks = [],
                Surrogates = [other],
                Block = 16,
                Threads = 1,
                Folder = folder.File("run"),
            },
            TimeProvider.System,
            null,
            CancellationToken.None
        );
        var evidence = Temper.Evaluation.Evidence.Read(folder.File("run"));
        Assert.Equal(other.Sha256, Assert.Single(evidence.Manifest.Surrogates!).Sha256);
        var probe = Assert.Single(evidence.Probes);
        Assert.Equal("probe.transfer", probe.Name);
        Assert.Equal(40, probe.Examples);
        var matrix = TransferMatrix.Read(folder.File("run/transfer.json"));
        Assert.Equal([model.Sha256, other.Sha256], matrix.Models.Select(m => m.Sha256));
        Assert.Equal(4, matrix.Cells.Count);
        Assert.Contains(
            "Surrogate 1",
            System.IO.File.ReadAllText(folder.File("run/report.html")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("linf:0.1", true)]
    [InlineData("l0:3", true)]
    [InlineData("linf:0.1+l2:1", false)]
    [InlineData("linf:0.1 target=1", false)]
    public void It_needs_one_norm_and_any_wrong_class(string threat, bool can) =>
        Assert.Equal(can, TransferMatrix.Can(ThreatModel.Parse(threat)));

    private EvaluationPlan Plan(ModuleClassifier model) =>
        new()
        {
            Model = model,
            Set = _set,
            Indices = [.. Enumerable.Range(0, _set.Count)],
            Threat = ThreatModel.Parse("linf:0.15"),
            Attacks = [],
            Block = 16,
            Rng = new Rng(1),
        };

    /// <summary>Class 0 minus class 1: mostly right on stripes, and different for every seed.</summary>
    private static double[] Weights(ulong seed)
    {
        var noise = new float[36];
        new Rng(seed).FillUniform(noise, [0], 0, 0);
        return [.. noise.Select((n, i) => (double)(float)((i < 18 ? 0.4 : -0.4) + (2 * (n - 0.5))))];
    }

    private static ModuleClassifier Linear(double[] difference)
    {
        var rows = new float[2, 36];
        for (var i = 0; i < 36; i++)
        {
            rows[0, i] = (float)difference[i];
        }
        return Toy.Linear(rows, new float[2], new InputShape(1, 6, 6));
    }

    private static ModelFile File(ModuleClassifier model, Folder folder) =>
        new(model, folder.File("model.pt"), new string('a', 64), "linear", 74, "nothing");

    private static string Saved(string path)
    {
        var source = ArchitectureSource.Parse("linear");
        using var module = source.Create().Build(new InputShape(1, 6, 6), 2);
        Weights(module, path);
        return path;
    }

    private static void Weights(TorchSharp.torch.nn.Module module, string path) =>
        Temper.Models.Weights.Save(
            module,
            path,
            ModelFile.Metadata("linear", null, new InputShape(1, 6, 6), 2, "nothing")
        );
}
