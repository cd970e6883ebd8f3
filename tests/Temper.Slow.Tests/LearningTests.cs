using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;

namespace Temper.Slow.Tests;

/// <summary>A tiny network learns an easy task by every method, and withstands the budget by those that are meant to.</summary>
public sealed class LearningTests
{
    public static TheoryData<string> All() => [.. ContractObjectives.Ids];

    [Theory]
    [MemberData(nameof(All))]
    public void Learns_stripes(string id)
    {
        using var model = ContractObjectives.Net(id, 11);
        using var other = Toy.ConvNet(12);
        var objective = ContractObjectives.Create(id);
        // Those for several norms are pgd under one.
        var isForSeveral = objective is ITakesUnions && objective.Adversarial;
        var last = Train(objective, model, other, threat: isForSeveral ? "linf:0.05+l2:0.3+l1:1.5" : "linf:0.05");
        Assert.True(last.Clean >= 0.9 * last.Examples, $"{last.Clean} of {last.Examples} right");
        Assert.True(last.Pgd >= 0.8 * last.Examples, $"{last.Pgd} of {last.Examples} right under PGD");
    }

    [Fact]
    public void Apgd_inside_learns_too()
    {
        using var model = Toy.ConvNet(11);
        var last = Train(ContractObjectives.Create("pgd", ("inner", "apgd")), model, model);
        Assert.True(last.Pgd >= 0.8 * last.Examples, $"{last.Pgd} of {last.Examples} right under PGD");
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        using var model = Toy.GraphNet(11);
        using var other = Toy.ConvNet(12);
        foreach (var id in ContractObjectives.Ids)
        {
            Train(ContractObjectives.Create(id), model, other, epochs: 1);
        }
        using (new LeakGuard())
        {
            foreach (var id in ContractObjectives.Ids)
            {
                Train(ContractObjectives.Create(id), model, other, epochs: 1);
            }
        }
    }

    private static ValidationRecord Train(
        Objective objective,
        ModuleClassifier model,
        ModuleClassifier other,
        int epochs = 6,
        string threat = "linf:0.05"
    )
    {
        var set = Toy.Stripes(240, 1);
        using var update = WeightUpdate.Adam(model.Module, 0);
        var watch = new Last();
        var plan = new TrainPlan
        {
            Model = model,
            Train = new BatchSource(set, [.. Enumerable.Range(0, 200)]),
            Validator = new(
                new BatchSource(set, [.. Enumerable.Range(200, 40)]),
                ThreatModel.Parse(threat),
                new Pgd(new() { Steps = 10 }),
                40,
                new Rng(2)
            ),
            Threat = ThreatModel.Parse(threat),
            Objective = objective,
            Update = update,
            Others = new ContractObjectives.Others(other),
            LearningRate = new Schedule([(0, 0.01), (1, 0.001)]),
            Epochs = epochs,
            BatchSize = 20,
            Rng = new Rng(3),
        };
        new Trainer(plan, [watch]).Run(false, null, CancellationToken.None);
        return watch.Record!;
    }

    private sealed class Last : ITrainObserver
    {
        public string Name => "last";

        public ValidationRecord? Record { get; private set; }

        public void OnEpoch(TrainState state, EpochRecord record) => Record = record.Validation;
    }
}
