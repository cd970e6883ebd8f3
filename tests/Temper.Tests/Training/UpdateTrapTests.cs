using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Wrappers;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>What the weight update and the average easily get wrong.</summary>
public sealed class UpdateTrapTests
{
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.1");

    /// <summary>A rate that reaches the first group of parameters alone lets the others run at another.</summary>
    [Theory]
    [InlineData("adam")]
    [InlineData("sgd")]
    public void The_learning_rate_reaches_every_parameter(string optimizer)
    {
        using var model = Toy.ConvNet(3);
        using var update = Update(optimizer, model.Module);
        var before = All(model);
        update.Step(model.Module, Loss(model), 0);
        Assert.Equal(before, All(model));
        update.Step(model.Module, Loss(model), 0.1);
        Assert.All(before.Zip(All(model)), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("sgd")]
    public void Gradients_of_before_are_not_added(string optimizer)
    {
        using var model = Toy.ConvNet(3);
        using var same = Toy.ConvNet(3);
        using var update = Update(optimizer, model.Module);
        using var other = Update(optimizer, same.Module);
        // As an inner search by backward would leave them.
        Loss(same).backward();
        update.Step(model.Module, Loss(model), 0.1);
        other.Step(same.Module, Loss(same), 0.1);
        Assert.Equal(All(model), All(same));
    }

    /// <summary>Weights are put back before they move: what decays is w, not w + v, and the step is not undone.</summary>
    [Fact]
    public void The_update_starts_from_the_weights_before_their_perturbation()
    {
        const double rate = 0.1;
        const double decay = 0.5;
        using var model = Toy.Linear(Rows, [0, 0], new(1, 1, 2));
        using var batch = Toy.RightBatch(model, 4, 2);
        var before = Tensors.ToArray<float>(model.Module.parameters().First());
        var awp = new WeightPerturbation(ContractObjectives.Create("natural"), 0.2);
        var gradient = OneStep.Of(awp, model, batch, Threat, record: false).Gradients["scores.weight"];
        using var update = WeightUpdate.Sgd(model.Module, 0, decay);
        using (NewDisposeScope())
        using (model.Enter(Mode.Train))
        {
            var metered = new MeteredClassifier(model, new());
            using var step = new StepContext(metered, batch, Threat, new Rng(5), (1, 0.5), Mode.Evaluate);
            update.Step(model.Module, awp.Loss(step), rate, step.Ready);
            step.Finish();
        }
        var after = Tensors.ToArray<float>(model.Module.parameters().First());
        for (var i = 0; i < after.Length; i++)
        {
            Assert.Equal(before[i] - (rate * (gradient[i] + (decay * before[i]))), after[i], 1e-6);
        }
    }

    /// <summary>An average of weights with the running statistics of other weights is a network that nobody trained.</summary>
    [Fact]
    public void A_moving_average_takes_running_statistics_with_it()
    {
        using var norm = nn.BatchNorm2d(1);
        using var average = new WeightAverage(norm, 0.5);
        using var noGrad = no_grad();
        var expected = 0.0;
        for (var update = 1; update <= 3; update++)
        {
            norm.running_mean!.fill_(update);
            norm.num_batches_tracked!.fill_(update);
            average.Update(update);
            // (1 + t)/(10 + t) is below one half.
            var kept = (1.0 + update) / (10.0 + update);
            expected = (kept * expected) + ((1 - kept) * update);
        }
        using (average.Applied())
        {
            Assert.Equal(expected, norm.running_mean!.item<float>(), 1e-6);
            Assert.Equal(3, norm.num_batches_tracked!.item<long>());
        }
        Assert.Equal(3, norm.running_mean!.item<float>());
    }

    private static readonly float[,] Rows =
    {
        { 1, -2 },
        { -0.5f, 1 },
    };

    private static WeightUpdate Update(string optimizer, nn.Module module) =>
        optimizer == "adam" ? WeightUpdate.Adam(module, 0.01) : WeightUpdate.Sgd(module, 0.9, 0.01);

    /// <summary>A loss on which every parameter has its part.</summary>
    private static Tensor Loss(ModuleClassifier model) =>
        model.Module.parameters().Select(p => (p + 0.5).square().sum()).Aggregate((a, b) => a + b);

    private static string[] All(ModuleClassifier model) =>
        [
            .. model
                .Module.named_parameters()
                .Select(p => Convert.ToHexString(Weights.Entry(p.name, p.parameter).Data.Span)),
        ];
}
