using System.CommandLine;
using Temper.Runs;
using Temper.Workflow;

namespace Temper.Cli.Commands;

/// <summary><c>temper schema recipe</c></summary>
internal static class SchemaCommand
{
    public static Command Create(Session session)
    {
        var recipe = new Command("recipe", "Print the JSON schema of recipes, for editors.");
        recipe.SetAction(_ =>
            session.Line(
                RecipeSchema.Create(KnownComponents.All()).ToJsonString(new() { WriteIndented = true, NewLine = "\n" })
            )
        );
        return new Command("schema", "Print the schema of a file format.") { recipe };
    }
}
