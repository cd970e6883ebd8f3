using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Reports;
using Temper.Tests.Cli;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Browser.Tests;

/// <summary>Small real runs, made once: MNIST with its twin, colour images, rows of a table, and comparisons.</summary>
public sealed class SampleRuns : IDisposable
{
    private const int Examples = 1200;

    public SampleRuns()
    {
        Tool.Run(
                "train",
                "mnist-linf",
                "--out",
                Folder("mnist"),
                "--threads",
                "1",
                "--quiet",
                "--set",
                "training.epochs=4",
                "data.validation=57000",
                "training.objective.steps=3",
                "training.validate.examples=200",
                "training.validate.steps=3",
                "training.allow-weak=true",
                "attack.pgd.steps=3",
                "attack.pgd-margin.steps=3",
                "evaluation.curve.examples=300"
            )
            .Succeeds();
        Tool.Run(
                "certify",
                Folder("mnist"),
                "--threat",
                "linf:0.05",
                "--method",
                "crown",
                "--limit",
                "60",
                "--out",
                Folder("certified"),
                "--threads",
                "1",
                "--quiet"
            )
            .Succeeds();
        Evaluate(
            "colour",
            "linf:8/255",
            Colours(),
            ["It was attacked through its scores only: the format gives no gradients."]
        );
        Evaluate("table", "l2:0.4", Rows(), []);
        // Probes on a trained network would take minutes; the page only shows what such files say.
        ReportFolder.Write(new ProbedSample(new SampleRun { Twin = "natural", Curve = 1000 }).Write(Folder("probed")));
        Comparison.Read([Folder("mnist"), Folder("mnist/twin")]).WriteHtml(Path.Combine(Root, "compare.html"));
        Comparison
            .Read([Folder("mnist"), Folder("mnist/twin"), Folder("colour")])
            .WriteHtml(Path.Combine(Root, "incomparable.html"));
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("temper-browser-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private string Folder(string name) => Path.Combine(Root, name);

    private void Evaluate(string name, string threat, ImageSet set, IReadOnlyList<string> notes)
    {
        using var model = new ModelFile(
            ByChannel(set),
            "models/by-channel.pt",
            new string('c', 64),
            "by-channel",
            set.ValuesPerExample * set.Classes,
            "unknown"
        )
        {
            Notes = notes,
        };
        EvaluationRun.Run(
            new()
            {
                Model = model,
                Set = set,
                Threat = ThreatModel.Parse(threat),
                Attacks = RequestedAttack.Resolve([new("fgsm"), new("pgd")], []),
                Sample = 1000,
                Block = 500,
                Threads = 1,
                Folder = Folder(name),
                Curve = new() { Examples = 400 },
                Unseen = 40,
            },
            TimeProvider.System,
            null,
            CancellationToken.None
        );
    }

    /// <summary>A linear model that answers with the third of the values whose mean is largest: a channel, or a third of a row.</summary>
    private static ModuleClassifier ByChannel(ImageSet set)
    {
        var weights = new float[set.Classes, set.ValuesPerExample];
        for (var i = 0; i < set.ValuesPerExample; i++)
        {
            weights[i * set.Classes / set.ValuesPerExample, i] = 30f / set.ValuesPerExample;
        }
        return Toy.Linear(weights, new float[set.Classes], new InputShape(set.Channels, set.Height, set.Width));
    }

    /// <summary>Blotchy colour images, a little more of the colour that tells the class.</summary>
    private static ImageSet Colours()
    {
        const int Side = 32;
        return Make(
            new("blotches", "test", 3, Side, Side, 3, new string('d', 64))
            {
                Variant = "made for a test, 8 bits per channel",
            },
            (noise, third, place) =>
            {
                var (y, x) = (place / Side, place % Side);
                var wave = Math.Sin((x * 0.31) + (6 * noise[0])) + Math.Cos((y * 0.27) + (6 * noise[1]) + third);
                return 0.5 + (0.17 * wave) + (0.1 * (noise[2 + third] - 0.5));
            }
        );
    }

    private static ImageSet Rows() =>
        Make(
            new("measurements", "test", 1, 1, 12, 3, new string('e', 64)),
            (noise, third, place) => 0.2 + (0.5 * noise[(third * 4) + place])
        );

    private static ImageSet Make(DataCard card, Func<float[], int, int, double> value)
    {
        var size = card.Channels * card.Height * card.Width;
        var pixels = new byte[Examples * size];
        var labels = new int[Examples];
        var noise = new float[16];
        for (var i = 0; i < Examples; i++)
        {
            new Rng(7).Fork(card.Name).FillUniform(noise, [i], 0, 0);
            var sums = new double[3];
            for (var p = 0; p < size; p++)
            {
                var third = p * 3 / size;
                var v = Math.Clamp(value(noise, third, p % (size / 3)), 0, 1);
                sums[third] += v;
                pixels[(i * size) + p] = (byte)(255 * v);
            }
            labels[i] = Array.IndexOf(sums, sums.Max());
        }
        return new(card, pixels, labels);
    }
}
