using Temper.Training;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

public sealed class AdamStepTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    public void Agrees_with_the_optimizer_of_TorchSharp_over_many_steps(double decay)
    {
        manual_seed(2);
        using var mine = nn.Linear(17, 5);
        using var theirs = nn.Linear(17, 5);
        theirs.load_state_dict(mine.state_dict());
        using var update = WeightUpdate.Adam(mine, decay);
        using var adam = optim.Adam(theirs.parameters(), 3e-3, weight_decay: decay);
        using var x = randn(20, 17);
        for (var step = 0; step < 50; step++)
        {
            using var scope = NewDisposeScope();
            update.Step(mine, mine.call(x).pow(2).mean(), 3e-3);
            theirs.zero_grad();
            theirs.call(x).pow(2).mean().backward();
            adam.step();
        }
        foreach (var (a, b) in mine.parameters().Zip(theirs.parameters()))
        {
            Assert.True((a - b).abs().max().item<float>() < 2e-6f);
        }
        Assert.Contains(update.State(), s => s.Name == "0.step" && s.Value.item<long>() == 50);
    }

    [Fact]
    public void The_first_step_moves_each_weight_by_the_learning_rate_against_its_gradient()
    {
        using var module = nn.Linear(3, 1, hasBias: false);
        using (no_grad())
        {
            module.weight!.copy_(
                tensor(
                    new float[,]
                    {
                        { 1, 2, 3 },
                    }
                )
            );
        }
        using var update = WeightUpdate.Adam(module, 0);
        using var x = tensor(
            new float[,]
            {
                { 1, -1, 0.5f },
            }
        );
        update.Step(module, module.call(x).sum(), 0.1);
        Assert.Equal([0.9f, 2.1f, 2.9f], module.weight!.data<float>().ToArray().Select(v => MathF.Round(v, 5)));
    }
}
