using Temper.Models;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;

namespace Temper.Tests.Training.Wrappers;

/// <summary>Every wrapper around every method: what it costs, and what it leaves behind.</summary>
public sealed class WrapperContractTests
{
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.1");

    public static TheoryData<string> Ids() => [.. ContractObjectives.Ids];

    /// <summary>The slower suite has every wrapper alone.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void All_wrappers_around_a_method_cost_their_formula_and_leave_no_trace(string id)
    {
        WrapperChecks.Passes("all", id);
        WrapperChecks.Traces("all", id);
    }

    /// <summary>The search is not repeated, so that both losses are of the same inputs, and smoothing does not reach it.</summary>
    [Fact]
    public void Inner_searches_know_nothing_of_smoothed_labels()
    {
        foreach (var id in ContractObjectives.Ids.Where(id => id != "free" && !ContractObjectives.NeedsGraph(id)))
        {
            using var model = Toy.ConvNet(3);
            using var other = Toy.ConvNet(8);
            using var batch = Toy.RightBatch(model, 4, 2);
            var plain = Step(ContractObjectives.Create(id), model, batch, other);
            using var again = Toy.ConvNet(3);
            var objective = ContractWrappers.Around("label-smoothing", ContractObjectives.Create(id));
            using var same = Toy.RightBatch(again, 4, 2);
            var smoothed = Step(objective, again, same, other);
            Assert.Equal(plain.Trained, smoothed.Trained);
            Assert.Equal(plain.Searched, smoothed.Searched);
            Assert.NotEqual(plain.Loss, smoothed.Loss);
            (objective as ICarriesState)!.Forget();
        }
    }

    /// <summary>What has a step of its own takes it longer or shorter.</summary>
    [Fact]
    public void The_schedule_of_steps_reaches_every_method_with_a_step()
    {
        // e-at searches by apgd, which sets its own steps.
        string[] without = ["natural", "vat", "mma", "e-at", "gaussian"];
        foreach (var id in ContractObjectives.Ids.Where(id => id != "free" && !ContractObjectives.NeedsGraph(id)))
        {
            using var model = Toy.ConvNet(3);
            using var other = Toy.ConvNet(8);
            using var batch = Toy.RightBatch(model, 4, 2);
            var plain = Step(ContractObjectives.Create(id), model, batch, other).Trained;
            using var again = Toy.ConvNet(3);
            var objective = ContractWrappers.Around("steps", ContractObjectives.Create(id));
            using var same = Toy.RightBatch(again, 4, 2);
            // At nine tenths of the training the factor is 0.65.
            var scheduled = Step(objective, again, same, other, fraction: 0.9).Trained;
            Assert.Equal(
                without.Contains(id, StringComparer.Ordinal),
                plain.Zip(scheduled).All(p => p.First.SequenceEqual(p.Second))
            );
            (objective as ICarriesState)!.Forget();
        }
    }

    private static OneStep Step(
        Objective objective,
        ModuleClassifier model,
        Temper.Data.Batch batch,
        ModuleClassifier other,
        double fraction = 0.5
    ) =>
        OneStep.Of(objective, model, batch, Threat, place: (1, fraction), others: new ContractObjectives.Others(other));
}
