using Temper.Attacks;
using Temper.Errors;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Attacks.Contract;
using Temper.Tests.Kit;
using Temper.Threats;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks;

/// <summary>Points crafted on a surrogate.</summary>
public sealed class TransferTests
{
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.2");

    [Fact]
    public void On_a_twin_of_the_model_it_breaks_what_PGD_breaks_and_asks_once()
    {
        using var twin = ContractModels.Create("built-in");
        using var model = new LabelsOnly(ContractModels.Create("built-in"));
        using var batch = Toy.RightBatch(twin, 20, 4, 0.05, 0.95);
        using var pgd = new Pgd(new() { Steps = 40 }).Run(twin, batch, Threat, new Rng(1));
        var attack = new Transfer(new() { Model = ContractModels.Surrogate(model), Steps = 40 });
        using var result = attack.Run(model, batch, Threat, new Rng(1));
        Assert.InRange(result.Broken.Count(b => b), pgd.Broken.Count(b => b) - 1, 20);
        Assert.Contains(true, result.Broken);
        Assert.All(result.Forwards, f => Assert.Equal(1, f));
        Assert.All(result.Gradients, g => Assert.Equal(0, g));
        Assert.Equal((20 * 40, 20 * 40), (result.Surrogate.Gradients, result.Surrogate.Forwards));
    }

    [Fact]
    public void A_surrogate_that_is_not_named_not_there_or_of_another_shape_is_refused()
    {
        using var model = ContractModels.Create("built-in");
        using var batch = Toy.RightBatch(model, 2, 4);
        var unnamed = Assert.Throws<ConfigException>(() => Run(""));
        Assert.Contains("attack.transfer.model", unnamed.Message, StringComparison.Ordinal);
        var missing = Assert.Throws<DataException>(() => Run("nowhere.pt"));
        Assert.StartsWith("nowhere.pt: no such file", missing.Message, StringComparison.Ordinal);
        using var row = ContractModels.Create("row");
        var other = Assert.Throws<ModelException>(() => Run(ContractModels.Surrogate(row)));
        Assert.StartsWith("transfer: the surrogate does not fit the model. ", other.Message, StringComparison.Ordinal);

        void Run(string path) => new Transfer(new() { Model = path }).Run(model, batch, Threat, new Rng(0)).Dispose();
    }

    [Theory]
    [InlineData("nes", "linf:0.1")]
    [InlineData("nes", "l2:0.5")]
    [InlineData("spsa", "linf:0.1")]
    [InlineData("spsa", "l2:0.5")]
    public void Estimated_gradients_reach_the_closed_form_of_a_linear_model(string id, string text)
    {
        var (shape, weights) = (new InputShape(1, 4, 6), new float[2, 24]);
        for (var i = 0; i < 24; i++)
        {
            weights[0, i] = MathF.Cos(1.3f * i) + 0.3f;
            weights[1, i] = -weights[0, i];
        }
        var middle = Enumerable.Range(0, 24).Sum(i => weights[0, i] / 2);
        using var model = Toy.Linear(weights, [-middle, middle], shape);
        using var batch = Toy.RightBatch(model, 40, 1, 0.45, 0.55);
        var threat = ThreatModel.Parse(text).With(Small(text));
        Attack attack =
            id == "nes" ? new Nes(new() { Queries = 3000 }) : new Spsa(new() { Queries = 3000, Rate = 0.005 });
        using var result = attack.Run(model, batch, threat, new Rng(0));
        using var scope = NewDisposeScope();
        var margins = Tensors.ToArray<float>(
            Temper.Losses.Margin.Instance.PerExample(model.Logits(batch.Inputs), batch.Labels)
        );
        var differences = Enumerable.Range(0, 24).Select(i => 2.0 * weights[0, i]).ToArray();
        var dual = threat.Norm == "linf" ? differences.Sum(Math.Abs) : Math.Sqrt(differences.Sum(d => d * d));
        var shares = margins.Select(m => -m / (threat.Epsilon.Value * dual)).ToArray();
        // Nothing beyond the closed form, and everything that is not close to it.
        Assert.All(shares.Zip(result.Broken), p => Assert.True(!p.Second || p.First <= 1 + 1e-4));
        Assert.All(shares.Zip(result.Broken), p => Assert.True(p.Second || p.First > 0.93, $"{p.First}"));
        Assert.Contains(true, result.Broken);
        Assert.Contains(false, result.Broken);
    }

    private static Epsilon Small(string text) => Epsilon.Parse(text == "linf:0.1" ? "0.01" : "0.04");
}
