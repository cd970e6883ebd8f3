using Temper.Models;
using Temper.Runs;
using Temper.Training;
using Temper.Training.Objectives;

namespace Temper.Tests.Training.Contract;

/// <summary>Every training method of the catalogue, with few inner steps.</summary>
internal static class ContractObjectives
{
    /// <summary>The gradient steps of an inner search.</summary>
    public const int Steps = 3;

    /// <summary>The name under which methods ask for another network.</summary>
    public const string Other = "other";

    private static readonly (string Key, string Value)[] Small =
    [
        ("steps", $"{Steps}"),
        ("bisections", "4"),
        ("replays", "2"),
        ("model", Other),
    ];

    /// <summary>Gets the ids.</summary>
    public static IEnumerable<string> Ids => Catalogue.Of<Objective>().Select(info => info.Id);

    /// <summary>Whether a method trains with bounds, for which it must know the network's operators.</summary>
    public static bool NeedsGraph(string id) => Create(id).Proof is not null;

    /// <summary>A small network that a method can train, with BatchNorm and dropout.</summary>
    public static ModuleClassifier Net(string id, int seed) =>
        NeedsGraph(id) ? Kit.Toy.GraphNet(seed) : Kit.Toy.ConvNet(seed);

    /// <summary>Makes a method.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="sets">Options that differ from the small ones.</param>
    public static Objective Create(string id, params (string Key, string Value)[] sets)
    {
        var info = Catalogue.Find<Objective>(id, "objective");
        if (info.Type == typeof(EnsembleTraining))
        {
            return new EnsembleTraining(new() { Models = [Other] });
        }
        var options = Activator.CreateInstance(info.Options!)!;
        var known = OptionsBinder.ToNode(options);
        foreach (var (key, value) in Small.Where(s => known.ContainsKey(s.Key)).Concat(sets))
        {
            options = OptionsBinder.With(options, key, value, id);
        }
        return Catalogue.Create<Objective>(info, options);
    }

    /// <summary>Serves one network under the only name there is.</summary>
    public sealed class Others(IClassifier model) : IModelSource
    {
        public IClassifier Open(string name, IClassifier beside)
        {
            Assert.Equal(Other, name);
            Assert.Equal((model.Input, model.Classes), (beside.Input, beside.Classes));
            return model;
        }
    }
}
