using System.Text.Json.Nodes;
using Temper.Attacks;
using Temper.Errors;
using Temper.Runs;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>An attack as asked for in a recipe or on the command line, with all options resolved.</summary>
/// <param name="Name">The name in this evaluation.</param>
/// <param name="Attack">The attack.</param>
/// <param name="Options">All options as used.</param>
public sealed record RequestedAttack(string Name, Attack Attack, JsonObject Options)
{
    /// <summary>Gets the list it is a member of; null where it was asked for by itself, or an option of one of the members was changed.</summary>
    public string? List { get; private init; }

    /// <summary>Names that stand for an attack with other defaults.</summary>
    private static readonly Dictionary<string, (string Id, string Key, string Value)> Presets = new(
        StringComparer.Ordinal
    )
    {
        ["apgd-ce"] = ("apgd", "loss", "ce"),
        ["apgd-dlr"] = ("apgd", "loss", "dlr"),
        ["pgd-margin"] = ("pgd", "loss", "margin"),
    };

    /// <summary>The attack as if asked for by itself.</summary>
    internal RequestedAttack Alone() => this with { List = null };

    /// <summary>Gets the names that can be asked for.</summary>
    public static IReadOnlyList<string> Names => [.. Single, .. Lists];

    /// <summary>Gets the names that stand for one attack.</summary>
    public static IReadOnlyList<string> Single => [.. Catalogue.Of<Attack>().Select(a => a.Id), .. Presets.Keys];

    /// <summary>Gets the names that stand for several attacks.</summary>
    public static IReadOnlyList<string> Lists => [.. AttackLists.All.Keys];

    /// <summary>The id of the attack that a name stands for.</summary>
    internal static string IdOf(string name) => Presets.TryGetValue(name, out var preset) ? preset.Id : name;

    /// <summary>Resolves attacks and the options set for them.</summary>
    /// <param name="requests">The attacks in order.</param>
    /// <param name="overrides">Options set by <c>--set attack.NAME.option=value</c>.</param>
    /// <param name="threat">What they will search under; the members of a list depend on it.</param>
    /// <exception cref="ConfigException">An option is unknown or out of range.</exception>
    /// <exception cref="UsageException">An attack is unknown or named twice.</exception>
    public static IReadOnlyList<RequestedAttack> Resolve(
        IReadOnlyList<AttackConfig> requests,
        IReadOnlyList<AttackOverride> overrides,
        ThreatModel? threat = null
    )
    {
        var lists = new Dictionary<string, string>(StringComparer.Ordinal);
        (requests, overrides) = Expanded(requests, overrides, threat, lists);
        var twice = requests.GroupBy(r => r.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
        {
            throw new UsageException($"attack '{twice.Key}' is asked for twice; give one of them another name.");
        }
        var stray = overrides.FirstOrDefault(o => requests.All(r => r.Name != o.Attack));
        if (stray is not null)
        {
            throw new ConfigException(
                null,
                null,
                $"attack.{stray.Attack}.{stray.Key}",
                $"no attack '{stray.Attack}' is run{NearestName.Suggest(stray.Attack, [.. requests.Select(r => r.Name)])}."
            );
        }
        return
        [
            .. requests.Select(r =>
                Resolve(r, overrides.Where(o => o.Attack == r.Name)) with
                {
                    List = lists.GetValueOrDefault(r.Name),
                }
            ),
        ];
    }

    /// <summary>Lists give way to their members; a member's name is the list's, a dot, its own, and its options can be set by that name.</summary>
    private static (IReadOnlyList<AttackConfig> Requests, IReadOnlyList<AttackOverride> Overrides) Expanded(
        IReadOnlyList<AttackConfig> requests,
        IReadOnlyList<AttackOverride> overrides,
        ThreatModel? threat,
        Dictionary<string, string> lists
    )
    {
        List<AttackConfig> all = [];
        List<AttackOverride> members = [];
        foreach (var request in requests)
        {
            if (!AttackLists.All.TryGetValue(request.Id, out var list))
            {
                all.Add(request);
                continue;
            }
            if (request.Options?.Entries is { Count: > 0 } options)
            {
                throw options[0]
                    .Node.Error(
                        $"'{request.Id}' stands for several attacks and has no options of its own; set one's as attack.{request.Name}.{list[0].Name}.KEY=value"
                    );
            }
            var names = list.Select(member => $"{request.Name}.{member.Name}").ToArray();
            // A union's members are attacked alike, and under L1 a list has a form of its own.
            var isOtherwise = threat is UnionThreat union && union.Members.OfType<L1Threat>().Any();
            var isChanged = isOtherwise || overrides.Any(o => names.Contains(o.Attack));
            foreach (var (member, name) in list.Zip(names))
            {
                if (!isChanged)
                {
                    lists[name] = request.Id;
                }
                all.Add(new(name, member.Id));
                members.AddRange(member.Under(threat).Options.Select(o => new AttackOverride(name, o.Key, o.Value)));
            }
        }
        return (all, [.. members, .. overrides]);
    }

    private static RequestedAttack Resolve(AttackConfig request, IEnumerable<AttackOverride> overrides)
    {
        var preset = Presets.TryGetValue(request.Id, out var found);
        var info = Catalogue.Find<Attack>(preset ? found.Id : request.Id, "attack");
        var options = request.Options is null
            ? Activator.CreateInstance(info.Options!)!
            : OptionsBinder.Bind(info.Options!, request.Options);
        if (preset && request.Options?.Find(found.Key) is null)
        {
            options = OptionsBinder.With(options, found.Key, found.Value, $"attack.{request.Name}.{found.Key}");
        }
        foreach (var change in overrides)
        {
            options = OptionsBinder.With(options, change.Key, change.Value, $"attack.{request.Name}.{change.Key}");
        }
        return new(request.Name, Catalogue.Create<Attack>(info, options), OptionsBinder.ToNode(options));
    }
}
