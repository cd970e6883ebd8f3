using System.Globalization;
using Temper.Attacks;
using Temper.Models;
using Temper.Runs;
using Temper.Threats;

namespace Temper.Tests.Attacks.Contract;

/// <summary>The attacks of the catalogue and the threats of the library: what is added there is tested with no further line.</summary>
internal static class ContractAttacks
{
    /// <summary>A long search shows nothing here that a short one does not.</summary>
    private const int MostQueries = 100;
    private const int MostSteps = 12;

    /// <summary>Budgets that break some examples of the small models here, and not all.</summary>
    private static readonly Dictionary<string, string> Budgets = new(StringComparer.Ordinal)
    {
        ["linf"] = "0.1",
        ["l2"] = "0.4",
        ["l1"] = "1.5",
        ["l0"] = "3",
    };

    /// <summary>Gets the ids of the attacks.</summary>
    public static IReadOnlyList<string> Ids => [.. Catalogue.Of<Attack>().Select(a => a.Id)];

    /// <summary>Gets a threat of every norm.</summary>
    public static IReadOnlyList<ThreatModel> Threats =>
        [.. Budgets.Select(b => $"{b.Key}:{b.Value}").Where(IsKnown).Select(text => ThreatModel.Parse(text))];

    /// <summary>Creates an attack with a small budget.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="model">The model it will meet, which a surrogate has to be like; null for the usual shape.</param>
    public static Attack Create(string id, IClassifier? model = null) =>
        Catalogue.Create<Attack>(Info(id), OptionsOf(id, model));

    /// <summary>The options of <see cref="Create"/>.</summary>
    public static object OptionsOf(string id, IClassifier? model = null)
    {
        var info = Info(id);
        var options = Activator.CreateInstance(info.Options!)!;
        foreach (var option in OptionsBinder.Describe(info.Options!))
        {
            var most = option.Key.Contains("queries", StringComparison.Ordinal) ? MostQueries : MostSteps;
            if (int.TryParse(option.Default, CultureInfo.InvariantCulture, out var number) && number > most)
            {
                var text = most.ToString(CultureInfo.InvariantCulture);
                options = OptionsBinder.With(options, option.Key, text, id);
            }
            else if (option.Key == "model")
            {
                options = OptionsBinder.With(options, option.Key, ContractModels.Surrogate(model), id);
            }
        }
        return options;
    }

    /// <summary>The attack with each threat it can search under.</summary>
    public static IEnumerable<(Attack Attack, ThreatModel Threat)> With(string id, IClassifier? model = null) =>
        Threats.Select(threat => (Attack: Create(id, model), Threat: threat)).Where(p => p.Attack.Supports(p.Threat));

    /// <summary>Ids beside the names of the models.</summary>
    public static TheoryData<string, string> Crossed(IEnumerable<string> others)
    {
        var cases = new TheoryData<string, string>();
        foreach (var other in others)
        {
            foreach (var id in Ids)
            {
                cases.Add(id, other);
            }
        }
        return cases;
    }

    private static ComponentInfo Info(string id) => Catalogue.Of<Attack>().Single(a => a.Id == id);

    private static bool IsKnown(string text)
    {
        try
        {
            return ThreatModel.Parse(text) is not null;
        }
        catch (Temper.Errors.ThreatException)
        {
            return false;
        }
    }
}
