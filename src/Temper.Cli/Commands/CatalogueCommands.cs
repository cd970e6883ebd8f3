using System.CommandLine;
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
        Create<Objective>(session, "methods", "method", "The training methods.");

    public static Command Models(Session session) =>
        Create<Architecture>(session, "models", "model", "The built-in networks.");

    /// <summary><c>temper findings list|show</c>: what analysers look for.</summary>
    public static Command Findings(Session session) =>
        Create<Analyser>(session, "findings", "finding", "The findings.");

    private static Command Create<T>(Session session, string plural, string singular, string description)
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
            var component = Catalogue.Find<T>(parsed.GetValue(id)!, singular);
            session.Line($"{component.Id}: {component.Title}");
            session.Line($"source: {component.Source}");
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
