using System.CommandLine;
using System.Globalization;
using System.Reflection;
using Temper.Attacks;
using Temper.Evaluation.Analysers;
using Temper.Models.Architectures;
using Temper.Runs;
using Temper.Training;

namespace Temper.Cli.Commands;

/// <summary><c>temper attacks|methods|models|findings list|show</c>: all four read the catalogue.</summary>
internal static class CatalogueCommands
{
    public static Command Attacks(Session session) => Create<Attack>(session, "attacks", "attack", "The attacks.");

    public static Command Methods(Session session) =>
        Create<Objective>(session, "methods", "method", "The training methods.", Worth, Setting);

    public static Command Models(Session session) =>
        Create<Architecture>(session, "models", "model", "The built-in networks.");

    /// <summary><c>temper findings list|show</c>: what analysers look for.</summary>
    public static Command Findings(Session session) =>
        Create<Analyser>(session, "findings", "finding", "The findings.");

    /// <summary>What a training method minimises, what it costs, and when it is worth that.</summary>
    private static IEnumerable<string> Worth(ComponentInfo method)
    {
        var guidance = method.Type.GetCustomAttribute<GuidanceAttribute>();
        if (guidance is not null)
        {
            yield return $"loss: {guidance.Formula}";
        }
        var made = Catalogue.Create<Objective>(method, method.Options is { } o ? Activator.CreateInstance(o) : null);
        if (made.Passes is { } passes)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"cost: {passes} a step, {passes.Multiple:0.#} times plain training"
            );
        }
        foreach (var line in guidance is null ? [] : Uses(guidance))
        {
            yield return line;
        }
    }

    /// <summary>The same of a setting that composes with any method; null where there is none of that key.</summary>
    private static IEnumerable<string>? Setting(string key) =>
        GuidedSetting.All.FirstOrDefault(s => s.Key == key) is not { } setting
            ? null
            :
            [
                $"{setting.Key}: {setting.Summary}",
                $"source: {setting.Guidance.Source ?? "usage"}",
                $"formula: {setting.Guidance.Formula}",
                $"cost: {setting.Guidance.Cost ?? "none beside the method's"}",
                .. Uses(setting.Guidance),
            ];

    private static IEnumerable<string> Uses(GuidanceAttribute guidance) =>
        [$"when: {guidance.When}", $"when not: {guidance.WhenNot}"];

    private static Command Create<T>(
        Session session,
        string plural,
        string singular,
        string description,
        Func<ComponentInfo, IEnumerable<string>>? more = null,
        Func<string, IEnumerable<string>?>? other = null
    )
        where T : class
    {
        var list = new Command("list", $"List the {plural}.");
        list.SetAction(_ =>
        {
            foreach (var component in Catalogue.Of<T>())
            {
                session.Line($"{component.Id, -16} {component.Title}");
            }
        });
        var id = new Argument<string>(singular) { Description = "Its id." }.Offering(() =>
            Catalogue.Of<T>().Select(c => c.Id)
        );
        var show = new Command("show", $"Show one of the {plural} with its options.") { id };
        show.SetAction(parsed =>
        {
            if (other?.Invoke(parsed.GetValue(id)!) is { } lines)
            {
                lines.ToList().ForEach(session.Line);
                return;
            }
            var component = Catalogue.Find<T>(parsed.GetValue(id)!, singular);
            session.Line($"{component.Id}: {component.Title}");
            session.Line($"source: {component.Source}");
            more?.Invoke(component).ToList().ForEach(session.Line);
            foreach (var option in component.Options is null ? [] : OptionsBinder.Describe(component.Options))
            {
                session.Line(
                    $"  {option.Key, -14} {option.Type, -10} default {option.Default, -10} {option.Range} {option.Summary}".TrimEnd()
                );
            }
        });
        return new Command(plural, description) { list, show };
    }
}
