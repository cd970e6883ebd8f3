using Temper.Models;
using Temper.Tests.Kit;
using Temper.Threats;
using Temper.Training;

namespace Temper.Tests.Training.Contract;

/// <summary>What must hold of every wrapper around every method.</summary>
internal static class WrapperChecks
{
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.1");

    /// <summary>The passes that are counted are those that are stated, and those of the formulas.</summary>
    public static void Passes(string name, string id)
    {
        using var model = ContractObjectives.Net(id, 3);
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

    /// <summary>A step without its update leaves the bits of the weights, and no tensor.</summary>
    public static void Traces(string name, string id)
    {
        using var model = ContractObjectives.Net(id, 3);
        using var other = Toy.ConvNet(8);
        using var batch = Toy.RightBatch(model, 4, 2);
        var before = Bits(model);
        var wrapped = ContractWrappers.Around(name, ContractObjectives.Create(id));
        Step(wrapped, model, batch, other);
        Assert.Equal(before, Bits(model));
        (wrapped as ICarriesState)!.Forget();
        model.Module.zero_grad(set_to_none: true);
        using (new LeakGuard())
        {
            Step(wrapped, model, batch, other);
            (wrapped as ICarriesState)!.Forget();
            model.Module.zero_grad(set_to_none: true);
        }
    }

    private static string[] Bits(ModuleClassifier model) =>
        [
            .. model
                .Module.named_parameters()
                .Select(p => Convert.ToHexString(Weights.Entry(p.name, p.parameter).Data.Span)),
        ];

    private static OneStep Step(
        Objective objective,
        ModuleClassifier model,
        Temper.Data.Batch batch,
        ModuleClassifier other
    ) => OneStep.Of(objective, model, batch, Threat, others: new ContractObjectives.Others(other), record: false);
}
