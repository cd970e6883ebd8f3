using Temper.Attacks;
using Temper.Models.Architectures;
using Temper.Runs;
using Temper.Training;

namespace Temper.Workflow;

/// <summary>Everything that a recipe can name: the catalogue, the names that stand for an attack, the weight updates.</summary>
public static class KnownComponents
{
    /// <summary>Gathers it; components that were added to the catalogue are among them.</summary>
    public static SchemaComponents All() =>
        new(
            Catalogue.Of<Architecture>(),
            Catalogue.Of<Objective>(),
            Optimizers,
            [.. RequestedAttack.Single.Select(Attack), .. RequestedAttack.Lists.Select(List)]
        );

    private static IReadOnlyList<ComponentInfo> Optimizers =>
        [
            new("adam", "Adam", "Kingma and Ba 2015", typeof(WeightUpdate), typeof(OptimizerOptions)),
            new("sgd", "Stochastic gradient descent with momentum", "", typeof(WeightUpdate), typeof(OptimizerOptions)),
        ];

    private static ComponentInfo List(string name) =>
        new(name, "several attacks, each on the examples still standing", "", typeof(Attack), null);

    private static ComponentInfo Attack(string name)
    {
        var info = Catalogue.Find<Attack>(RequestedAttack.IdOf(name), "attack");
        return info.Id == name ? info : info with { Id = name, Title = $"{info.Id} with other defaults" };
    }
}
