using System.CommandLine;
using Temper.Runs;

namespace Temper.Cli.Commands;

/// <summary><c>temper recipes list|show</c></summary>
internal static class RecipesCommand
{
    public static Command Create(Session session)
    {
        var list = new Command("list", "List the shipped recipes.");
        list.SetAction(_ =>
        {
            foreach (var name in RecipeSource.Names)
            {
                session.Line($"{name, -20} {RecipeSource.Read(name).Summary}");
            }
        });
        var name = new Argument<string>("recipe")
        {
            Description = "A shipped recipe or a .yaml file.",
        }.OfferingRecipes();
        var show = new Command("show", "Print a recipe with every value resolved.") { name };
        show.SetAction(parsed =>
            session.Line(
                ConfigReader
                    .ToJson(RecipeSource.Read(parsed.GetValue(name)!))
                    .ToJsonString(new() { WriteIndented = true, NewLine = "\n" })
            )
        );
        return new Command("recipes", "The shipped experiments.") { list, show };
    }
}
