using Temper.Certification;
using Temper.Certification.Curves;
using Temper.Data;
using Temper.Models;
using Temper.Runs;
using Temper.Tests.Certification;
using Temper.Tests.Kit;
using Temper.Threats;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Tests.Workflow;

/// <summary>Evaluations with bounds of a network whose margins are known: the mean of its stripe less that of another.</summary>
internal static class BoundedRuns
{
    /// <summary>Gets images whose stripe is brighter by about 0.43, so that 2ε decides.</summary>
    public static ImageSet Set { get; } = Toy.Stripes(40, 3, split: "test");

    /// <summary>Three means, a ReLU, and a constant that is added to every score.</summary>
    /// <param name="constant">0 for exact scores; where it is large, float32 rounds what is added to it.</param>
    public static ModuleClassifier Net(float constant = 0)
    {
        var first = new float[3 * 36];
        for (var k = 0; k < 3; k++)
        {
            first.AsSpan((k * 36) + (k * 12), 12).Fill(1 / 12f);
        }
        float[] last = [1, 0, 0, 0, 1, 0, 0, 0, 1];
        return Nets.Of(
            new(1, 6, 6),
            g => g.Linear(g.Relu(g.Linear(g.Flatten(g.Input), "means", 3)), "scores", 3),
            first,
            [0, 0, 0],
            last,
            [constant, constant, constant]
        );
    }

    /// <summary>Bounds of a network that take the middle of what enters a ReLU for all of it, and so prove too much.</summary>
    public static Certifier Unsound(IClassifier model)
    {
        var graph = BoundGraph.Of(model).Graph!;
        return Certifier.Over(
            new(
                [.. graph.Steps.Select(s => s.Op is CurveOp curve ? s with { Op = new Middle(curve) } : s)],
                graph.Shapes,
                graph.Output
            ),
            model.Classes
        );
    }

    public static EvaluationRequest Request(string folder, IClassifier net, string threat, CertifyKind certify) =>
        new()
        {
            Model = new(net, "toy", "00", "unknown", 0, "unknown"),
            Set = Set,
            Threat = ThreatModel.Parse(threat),
            Attacks = RequestedAttack.Resolve(
                [new("fgsm"), new("pgd")],
                ConfigReader.AttackOverrides(["attack.pgd.steps=5"])
            ),
            Certify = certify,
            Block = 10,
            Threads = 1,
            Seed = 5,
            Folder = folder,
        };

    public static void Run(EvaluationRequest request, CancellationToken cancellation = default) =>
        EvaluationRun.Run(request, TimeProvider.System, null, cancellation);

    private sealed class Middle(CurveOp curve) : CurveOp
    {
        public override double Steepest => curve.Steepest;

        public override (double From, double To) Range => curve.Range;

        public override bool HasUpperChoice => curve.HasUpperChoice;

        public override Tensor Apply(IReadOnlyList<Tensor> inputs) => curve.Apply(inputs);

        public override Bounds Interval(IReadOnlyList<Bounds> inputs)
        {
            var middle = curve.Apply([inputs[0].Middle()]);
            return new(middle, middle);
        }

        public override Tensor Loose(Bounds z) => curve.Loose(z);

        public override Lines Between(Bounds z) => curve.Between(z);

        public override Lines Sloped(Bounds z, Lines standard, Tensor lower, Tensor? upper) =>
            curve.Sloped(z, standard, lower, upper);
    }
}
