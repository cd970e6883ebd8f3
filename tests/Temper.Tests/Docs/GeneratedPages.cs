using System.Text;
using Temper.Attacks;
using Temper.Evaluation.Analysers;
using Temper.Models.Architectures;
using Temper.Runs;
using Temper.Threats;
using Temper.Training;
using Temper.Workflow;

namespace Temper.Tests.Docs;

/// <summary>The pages and parts of pages that are made from the catalogue and the configuration records.</summary>
internal static class GeneratedPages
{
    public const string FindingIndex = "finding-index";
    public const string RecipeKeys = "recipe-keys";
    public const string OptimizerKeys = "optimizer-keys";
    public const string Notice =
        "<!-- made from the catalogue by GeneratedPagesTests; TEMPER_UPDATE_DOCS=1 rewrites it -->\n";

    public static string Attacks() =>
        Reference<Attack>(
            "Attacks",
            $"""
            An attack searches inside one threat model for an input that the model gets wrong. `temper attacks list` names
            them, `temper attacks show pgd` shows the options of one. In a recipe an attack is a name, or a mapping with `id`,
            `name` and options; on the command line options are set with `--set attack.pgd.steps=50`. What an attack's
            number means is told in [concepts](../concepts.md#what-an-attacks-number-is).

            At the class that a [goal](../concepts.md#goals) names aim: {Aiming()}. The others refuse a goal.
            """
        ) + Presets();

    private static string Aiming() =>
        string.Join(
            ", ",
            Catalogue
                .Of<Attack>()
                .Where(info =>
                    Catalogue
                        .Create<Attack>(info, Activator.CreateInstance(info.Options!))
                        .Takes(ThreatModel.Parse("linf:0.1 target=all"))
                )
                .Select(info => $"`{info.Id}`")
        );

    public static string Methods() =>
        Reference<Objective>(
            "Training methods",
            """
            A training method (`training.objective` of a recipe) says how the inner search is run and which loss the weights
            follow. `temper methods list` names them, `temper methods show pgd` shows the options of one.

            The cost is what a step takes for each example of its batch, with the defaults: forward passes (F) and passes back
            (B). Plain training takes 1 F + 1 B. What each minimises, and when it is worth its cost, is told in
            [choosing a training method](../methods.md).
            """,
            info => $"Cost: {Cost(info)}\n\n"
        );

    /// <summary>What a step of a training method costs, with its defaults.</summary>
    public static string Cost(ComponentInfo info)
    {
        var objective = Catalogue.Create<Objective>(info, Activator.CreateInstance(info.Options!));
        if (objective.Passes is not { } passes)
        {
            return "not known beforehand.";
        }
        var cost = $"{passes}, {passes.Multiple:0.#} times plain training";
        if (objective is not ITakesUnions several || !objective.Adversarial)
        {
            return cost + ".";
        }
        var three = several.PassesUnder((UnionThreat)ThreatModel.Parse("linf:0.3+l2:2+l1:10"));
        return $"{cost}. Under a union of three norms, {three}, {three.Multiple:0.#} times.";
    }

    public static string Models() =>
        Reference<Architecture>(
            "Models",
            """
            The built-in networks (`model` of a recipe, `--arch` for weights whose file does not name its own).
            `temper models list` names them, `temper models show mnist-net` shows the options of one. All take inputs in
            [0, 1]. A TorchScript file or a `torch.nn.Module` of your own can be evaluated as well.
            """
        );

    /// <summary>Every finding with a link to its page.</summary>
    public static string Findings() =>
        "| id | what it says |\n|---|---|\n"
        + string.Concat(Catalogue.Of<Analyser>().Select(a => $"| [{a.Id}]({a.Id}.md) | {a.Title} |\n"));

    /// <summary>Every key of a recipe.</summary>
    public static string Recipe()
    {
        var text = new StringBuilder("| key | type | default | range | what it is |\n|---|---|---|---|---|\n");
        foreach (var row in Rows(typeof(RunConfig), ""))
        {
            text.Append(row);
        }
        return text.ToString();
    }

    /// <summary>The options of the weight update.</summary>
    public static string Optimizer() => Table(typeof(OptimizerOptions));

    private static string Reference<T>(string title, string introduction, Func<ComponentInfo, string>? more = null)
        where T : class
    {
        var text = new StringBuilder($"# {title}\n\n{Notice}\n{introduction.Replace("\r", "")}\n");
        foreach (var component in Catalogue.Of<T>())
        {
            text.Append($"\n## {component.Id}\n\n{component.Title}.\n\nSource: {component.Source}.\n\n")
                .Append(more?.Invoke(component))
                .Append(component.Options is null ? "No options.\n" : Table(component.Options));
        }
        return text.ToString();
    }

    private static string Table(Type options)
    {
        var rows = OptionsBinder.Describe(options);
        if (rows.Count == 0)
        {
            return "No options.\n";
        }
        var text = new StringBuilder("| option | type | default | range | what it is |\n|---|---|---|---|---|\n");
        foreach (var option in rows)
        {
            text.Append(Row(option.Key, option.Type, option.Default, option.Range, option.Summary));
        }
        return text.ToString();
    }

    /// <summary>Names that stand for an attack with other defaults.</summary>
    private static string Presets()
    {
        var text = new StringBuilder("\n## Further names\n\nShort for an attack with other defaults.\n\n").Append(
            "| name | stands for |\n|---|---|\n"
        );
        var ids = Catalogue.Of<Attack>().Select(a => a.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var name in RequestedAttack.Single.Where(n => !ids.Contains(n)))
        {
            var preset = RequestedAttack.Resolve([new AttackConfig(name)], [])[0];
            var info = Catalogue.Find<Attack>(preset.Attack.Id, "attack");
            var plain = OptionsBinder.ToNode(Activator.CreateInstance(info.Options!)!);
            var changed = preset
                .Options.Where(o => o.Value?.ToJsonString() != plain[o.Key]?.ToJsonString())
                .Select(o => $"`{o.Key}: {o.Value}`");
            var with = string.Join(", ", changed);
            text.Append(
                with.Length == 0 ? $"| `{name}` | `{info.Id}` |\n" : $"| `{name}` | `{info.Id}` with {with} |\n"
            );
        }
        text.Append(
            "\n## Lists\n\nOne name for several attacks, each run on the examples still standing. In what is written, a member is called "
                + "`LIST.MEMBER`; `--set attack.LIST.MEMBER.option=value` changes its options.\n\n| name | attacks |\n|---|---|\n"
        );
        foreach (var name in RequestedAttack.Lists)
        {
            var members = RequestedAttack.Resolve([new AttackConfig(name)], []).Select(Member);
            text.Append($"| `{name}` | {string.Join("; ", members)} |\n");
        }
        return text.ToString();

        static string Member(RequestedAttack member)
        {
            var info = Catalogue.Find<Attack>(member.Attack.Id, "attack");
            var plain = OptionsBinder.ToNode(Activator.CreateInstance(info.Options!)!);
            string[] changed =
            [
                .. member
                    .Options.Where(o => o.Value?.ToJsonString() != plain[o.Key]?.ToJsonString())
                    .Select(o => $"`{o.Key}: {o.Value}`"),
            ];
            var own = member.Name[(member.Name.IndexOf('.', StringComparison.Ordinal) + 1)..];
            return changed.Length == 0 ? $"`{own}`" : $"`{own}` with {string.Join(", ", changed)}";
        }
    }

    private static IEnumerable<string> Rows(Type record, string prefix)
    {
        var defaults = RecordBinder.Write(RecordBinder.Create(record));
        foreach (var property in OptionProperty.Of(record))
        {
            var key = prefix + property.Key;
            var item = RecordBinder.ItemOf(property.Type);
            if (item == typeof(ExpectedConfig))
            {
                foreach (var row in Rows(item, $"{key}[]."))
                {
                    yield return row;
                }
            }
            else if (TypeName(property.Type) is { } type)
            {
                var value = property.IsRequired ? "" : Flow(defaults.Find(property.Key)!);
                var range = property.Range?.ToString() ?? "";
                yield return Row(key, type, value, range, property.Summary, property.IsRequired);
            }
            else
            {
                foreach (var row in Rows(property.Type, $"{key}."))
                {
                    yield return row;
                }
            }
        }
    }

    private static string? TypeName(Type type) =>
        ScalarValues.Handles(type) ? ScalarValues.TypeName(type)
        : type == typeof(ComponentConfig) ? "component"
        : RecordBinder.ItemOf(type) == typeof(AttackConfig) ? "list of attacks"
        : RecordBinder.ItemOf(type) == typeof(SchedulePoint) ? "list of pairs"
        : RecordBinder.ItemOf(type) == typeof(string) ? "list of texts"
        : RecordBinder.ItemOf(type) is { } item ? throw new NotSupportedException($"a list of {item}")
        : null;

    private static string Row(
        string key,
        string type,
        string value,
        string range,
        string summary,
        bool required = false
    )
    {
        var shown =
            required ? "required"
            : value.Length == 0 ? ""
            : $"`{value}`";
        return $"| `{key}` | {type.Replace("|", "\\|")} | {shown} | {range} | {summary.Replace("|", "\\|")} |\n";
    }

    private static string Flow(ConfigNode node) =>
        node.Kind switch
        {
            ConfigKind.Mapping => $"{{ {string.Join(", ", node.Entries.Select(e => $"{e.Key}: {Flow(e.Node)}"))} }}",
            ConfigKind.Sequence => $"[{string.Join(", ", node.Items.Select(Flow))}]",
            _ => node.Value,
        };
}
