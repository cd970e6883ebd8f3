using Temper.Data;
using Temper.Errors;
using Temper.Models;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Objectives;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>Methods that need another, finished network.</summary>
public sealed class OtherNetworkTests
{
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.1");

    [Fact]
    public void Helpers_lie_beyond_the_crafted_points()
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 1, -1 },
                { -1, 1 },
            },
            [0, 0],
            new(1, 1, 2)
        );
        using var batch = Batch([0.02f, 0.5f], [0], width: 2);
        var hat = ContractObjectives.Create("hat", ("beyond", "3.5"));
        var seen = OneStep.Of(hat, model, batch, Threat, others: new ContractObjectives.Others(model)).Trained;
        Close([.. seen[0].Zip(seen[1], (x, c) => x + (3.5f * (c - x)))], seen[2]);
    }

    [Theory]
    [InlineData("hat")]
    [InlineData("ensemble")]
    public void The_other_network_is_asked_in_evaluation_and_left_as_it_was(string id)
    {
        using var model = Toy.ConvNet(3);
        using var other = Toy.ConvNet(4);
        using var batch = Toy.RightBatch(model, 6, 2);
        var before = Bytes(other);
        var others = new ContractObjectives.Others(other);
        var first = OneStep.Of(ContractObjectives.Create(id), model, batch, Threat, (0, 0), others: others);
        Assert.Equal(before, Bytes(other));
        Assert.True(other.Module.training);
        Assert.All(other.Module.parameters(), p => Assert.Null(p.grad));
        // Drop-out of the other network would make a difference.
        using var same = Toy.ConvNet(3);
        Toy.RightBatch(same, 6, 2).Dispose();
        using (other.Enter(Mode.Evaluate))
        {
            var again = OneStep.Of(ContractObjectives.Create(id), same, batch, Threat, (0, 0), others: others);
            Assert.Equal(first.Loss, again.Loss);
            Assert.Equal(first.Trained[1], again.Trained[1]);
        }

        static string Bytes(ModuleClassifier model) =>
            string.Concat(
                Weights.State(model.Module).Select(s => Convert.ToHexString(Weights.Entry("", s.Value).Data.Span))
            );
    }

    [Fact]
    public void The_ensemble_takes_turns_and_the_network_in_training_is_one_of_it()
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 1, -1 },
                { -1, 1 },
            },
            [0, 0],
            new(1, 1, 2)
        );
        using var other = Toy.Linear(
            new float[,]
            {
                { -1, -1 },
                { 1, 1 },
            },
            [0, 0],
            new(1, 1, 2)
        );
        using var batch = Batch([0.5f, 0.5f], [0]);
        var others = new ContractObjectives.Others(other);
        Close([0.6f, 0.6f], At(0));
        Close([0.4f, 0.6f], At(1));
        Close([0.6f, 0.6f], At(2));

        float[] At(uint number) =>
            OneStep
                .Of(ContractObjectives.Create("ensemble"), model, batch, Threat, (number, 0), others: others)
                .Trained[1];
    }

    [Theory]
    [InlineData("hat")]
    [InlineData("ensemble")]
    public void A_method_without_its_other_network_is_refused(string id)
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 2, 1);
        Objective nameless = id == "hat" ? new HelperTraining(new()) : new EnsembleTraining(new());
        var error = Assert.Throws<ConfigException>(() => OneStep.Of(nameless, model, batch, Threat));
        Assert.Contains($"{id}: ", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ConfigException>(() =>
            OneStep.Of(ContractObjectives.Create(id), model, batch, Threat, (0, 0))
        );
        Assert.Contains("TrainPlan.Others", error.Message, StringComparison.Ordinal);
    }

    private static void Close(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    private static Batch Batch(float[] values, long[] labels, int width = 2) =>
        new(
            tensor(values, [labels.Length, 1, 1, width]),
            tensor(labels),
            [.. Enumerable.Range(0, labels.Length).Select(i => (long)i)]
        );
}
