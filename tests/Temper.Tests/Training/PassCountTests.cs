using Temper.Data;
using Temper.Models;
using Temper.Tests.Attacks.Contract;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;

namespace Temper.Tests.Training;

/// <summary>What the meter counts is what a method says it costs, per example, whatever the network and the batch.</summary>
public sealed class PassCountTests
{
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.1");

    public static TheoryData<string> All() => [.. ContractObjectives.Ids];

    [Theory]
    [MemberData(nameof(All))]
    public void Counted_passes_are_the_formula(string id)
    {
        var objective = ContractObjectives.Create(id);
        var expected = objective.Passes ?? throw new InvalidOperationException($"{id} does not say what it costs.");
        foreach (var count in (int[])[1, 5])
        {
            foreach (var inner in (Mode[])[Mode.Evaluate, Mode.TrainFrozenStatistics])
            {
                // A single example has no variance for BatchNorm in a flat layer, but these normalise over pixels.
                using var plain = ContractObjectives.Net(id, 3);
                using var graph = new ModuleClassifier(ContractModels.Graph(new(1, 6, 6), 3), new(1, 6, 6), 3);
                Check(objective, expected, plain, count, inner);
                Check(objective, expected, graph, count, inner);
            }
        }
    }

    [Fact]
    public void The_published_costs_hold()
    {
        // (k+3) F + (k+2) B, k = 3.
        Assert.Equal(new StepPasses(6, 5), ContractObjectives.Create("trades").Passes);
        Assert.Equal(new StepPasses(5, 5), ContractObjectives.Create("mart").Passes);
        Assert.Equal(new StepPasses(4, 4), ContractObjectives.Create("pgd").Passes);
        Assert.Equal(new StepPasses(5, 4), ContractObjectives.Create("pgd", ("inner", "apgd")).Passes);
        Assert.Equal(new StepPasses(1, 1), ContractObjectives.Create("free").Passes);
        Assert.Equal(new StepPasses(8, 6), ContractObjectives.Create("hat").Passes);
        Assert.Equal(new StepPasses(4, 3), ContractObjectives.Create("nuat").Passes);
        Assert.Equal(new StepPasses(1, 1), ContractObjectives.Create("gaussian").Passes);
        // m (k+1) of both.
        Assert.Equal(new StepPasses(8, 8), ContractObjectives.Create("smooth-adv", ("noises", "2")).Passes);
        Assert.Equal("at most 4 F + 4 B", ContractObjectives.Create("fat").Passes.ToString());
        Assert.Equal(5.5, ContractObjectives.Create("trades").Passes!.Value.Multiple);
    }

    [Fact]
    public void Apgd_inside_costs_the_same_when_all_is_wrong_already()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Wrong(model, 4);
        var step = OneStep.Of(ContractObjectives.Create("pgd", ("inner", "apgd")), model, batch, Threat);
        Assert.Equal((4 * 5, 4 * 4), (step.Meter.Forwards, step.Meter.Gradients));
    }

    [Fact]
    public void Friendly_searches_spend_nothing_on_what_is_wrong_already()
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 1 },
                { -1 },
            },
            [0, 0],
            new(1, 1, 1)
        );
        using var batch = Wrong(model, 4);
        var at = ((uint)1, 0.0);
        var small = ThreatModel.Parse("linf:0.001");
        var atOnce = OneStep.Of(ContractObjectives.Create("fat"), model, batch, small, at);
        Assert.Equal((4 * 2, 4 * 2), (atOnce.Meter.Forwards, atOnce.Meter.Gradients));
        var later = OneStep.Of(ContractObjectives.Create("fat", ("tau", "1")), model, batch, small, at);
        Assert.Equal((4 * 3, 4 * 3), (later.Meter.Forwards, later.Meter.Gradients));
        var risen = OneStep.Of(ContractObjectives.Create("fat"), model, batch, small, (1, 0.5));
        Assert.Equal(later.Meter.Forwards, risen.Meter.Forwards);
        var fixedTau = OneStep.Of(ContractObjectives.Create("fat", ("rise", "false")), model, batch, small, (1, 0.5));
        Assert.Equal(atOnce.Meter.Forwards, fixedTau.Meter.Forwards);
    }

    [Fact]
    public void Friendly_searches_take_all_steps_where_nothing_goes_wrong()
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 1 },
                { -1 },
            },
            [0, 0],
            new(1, 1, 1)
        );
        using var batch = Toy.RightBatch(model, 4, 1);
        var step = OneStep.Of(ContractObjectives.Create("fat"), model, batch, ThreatModel.Parse("linf:0.001"));
        Assert.Equal((4 * 4, 4 * 4), (step.Meter.Forwards, step.Meter.Gradients));
    }

    private static void Check(Objective objective, StepPasses expected, ModuleClassifier model, int count, Mode inner)
    {
        using var other = Toy.ConvNet(8);
        using var batch = Toy.RightBatch(model, count, 2);
        (objective as ICarriesState)?.Forget();
        var others = new ContractObjectives.Others(other);
        // Two steps: what is remembered from the first must not change what the second costs.
        foreach (var number in (uint[])[0, 1])
        {
            var meter = OneStep.Of(objective, model, batch, Threat, (number, 0.5), inner, others, record: false).Meter;
            if (expected.AtMost)
            {
                Assert.InRange(meter.Forwards, 2 * count, expected.Forwards * count);
                Assert.InRange(meter.Gradients, 2 * count, expected.Gradients * count);
            }
            else
            {
                Assert.Equal(expected.Forwards * count, meter.Forwards);
                Assert.Equal(expected.Gradients * count, meter.Gradients);
            }
        }
        (objective as ICarriesState)?.Forget();
    }

    private static Batch Wrong(ModuleClassifier model, int count)
    {
        using var right = Toy.RightBatch(model, count, 1);
        var labels = right.Labels.eq(0).to(TorchSharp.torch.ScalarType.Int64);
        return new(right.Inputs.clone(), labels, right.Indices);
    }
}
