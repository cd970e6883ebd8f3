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

    public static TheoryData<string> Names() => [.. ContractWrappers.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Counted_passes_are_the_formula_around_every_method(string name)
    {
        foreach (var id in ContractObjectives.Ids)
        {
            using var model = Toy.ConvNet(3);
            using var other = Toy.ConvNet(8);
            using var batch = Toy.RightBatch(model, 4, 2);
            var inner = ContractObjectives.Create(id);
            var wrapped = ContractWrappers.Around(name, inner);
            var (forwards, gradients) = ContractWrappers.Cost(name, inner);
            var stated = wrapped.Passes ?? throw new InvalidOperationException($"{name} around {id} states no cost.");
            Assert.Equal((forwards, gradients), (stated.Forwards, stated.Gradients));
            Assert.Equal(inner.Passes!.Value.AtMost || name == "awp-later", stated.AtMost);
            Assert.Equal((inner.Adversarial, inner.Replays), (wrapped.Adversarial, wrapped.Replays));
            var meter = Step(wrapped, model, batch, other).Meter;
            if (inner.Passes!.Value.AtMost)
            {
                Assert.InRange(meter.Forwards, 2, forwards * batch.Count);
                Assert.InRange(meter.Gradients, 2, gradients * batch.Count);
            }
            else
            {
                Assert.Equal((forwards * batch.Count, gradients * batch.Count), (meter.Forwards, meter.Gradients));
            }
            (wrapped as ICarriesState)!.Forget();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Weights_come_back_bit_for_bit_and_nothing_leaks(string name)
    {
        foreach (var id in ContractObjectives.Ids)
        {
            using var model = Toy.ConvNet(3);
            using var other = Toy.ConvNet(8);
            using var batch = Toy.RightBatch(model, 4, 2);
            var before = Weights.State(model.Module).Where(s => !IsStatistic(s.Name)).Select(Bits).ToArray();
            var wrapped = ContractWrappers.Around(name, ContractObjectives.Create(id));
            Step(wrapped, model, batch, other);
            Assert.Equal(before, Weights.State(model.Module).Where(s => !IsStatistic(s.Name)).Select(Bits));
            (wrapped as ICarriesState)!.Forget();
            model.Module.zero_grad(set_to_none: true);
            using (new LeakGuard())
            {
                Step(wrapped, model, batch, other);
                (wrapped as ICarriesState)!.Forget();
                model.Module.zero_grad(set_to_none: true);
            }
        }
    }

    /// <summary>The search is not repeated, so that both losses are of the same inputs, and smoothing does not reach it.</summary>
    [Fact]
    public void Inner_searches_know_nothing_of_smoothed_labels()
    {
        foreach (var id in ContractObjectives.Ids.Where(id => id != "free"))
        {
            using var model = Toy.ConvNet(3);
            using var other = Toy.ConvNet(8);
            using var batch = Toy.RightBatch(model, 4, 2);
            var plain = Step(ContractObjectives.Create(id), model, batch, other, record: true);
            using var again = Toy.ConvNet(3);
            var objective = ContractWrappers.Around("label-smoothing", ContractObjectives.Create(id));
            var smoothed = Step(objective, again, batch, other, record: true);
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
        string[] without = ["natural", "vat", "mma"];
        foreach (var id in ContractObjectives.Ids.Where(id => id != "free"))
        {
            using var model = Toy.ConvNet(3);
            using var other = Toy.ConvNet(8);
            using var batch = Toy.RightBatch(model, 4, 2);
            var plain = Step(ContractObjectives.Create(id), model, batch, other, record: true).Trained;
            using var again = Toy.ConvNet(3);
            var objective = ContractWrappers.Around("steps", ContractObjectives.Create(id));
            // At one quarter of the training the factor is 1.625.
            var scheduled = Step(objective, again, batch, other, record: true, fraction: 0.25).Trained;
            Assert.Equal(
                without.Contains(id, StringComparer.Ordinal),
                plain.Zip(scheduled).All(p => p.First.SequenceEqual(p.Second))
            );
            (objective as ICarriesState)!.Forget();
        }
    }

    private static bool IsStatistic(string name) => name.Contains("running", StringComparison.Ordinal) || name.EndsWith("tracked", StringComparison.Ordinal);

    private static string Bits((string Name, TorchSharp.torch.Tensor Value) state) =>
        state.Name + Convert.ToHexString(Weights.Entry(state.Name, state.Value).Data.Span);

    private static OneStep Step(
        Objective objective,
        ModuleClassifier model,
        Temper.Data.Batch batch,
        ModuleClassifier other,
        bool record = false,
        double fraction = 0.5
    ) =>
        OneStep.Of(
            objective,
            model,
            batch,
            Threat,
            place: (1, fraction),
            others: new ContractObjectives.Others(other),
            record: record
        );
}
