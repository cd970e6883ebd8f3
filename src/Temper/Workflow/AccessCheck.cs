using Temper.Attacks;
using Temper.Errors;
using Temper.Models;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>Refuses attacks that need to see more of a model than it shows, before any work, and names those that do not.</summary>
internal static class AccessCheck
{
    /// <summary>Checks every attack against the model.</summary>
    /// <exception cref="ModelException">An attack needs more than the model offers.</exception>
    public static void Run(IClassifier model, IReadOnlyList<RequestedAttack> attacks)
    {
        string[] blind = [.. attacks.Where(a => model.Access > a.Attack.Needs).Select(a => a.Name)];
        if (blind.Length == 0)
        {
            return;
        }
        string[] fit =
        [
            .. Catalogue
                .Of<Attack>()
                .Where(info =>
                    model.Access <= Catalogue.Create<Attack>(info, Activator.CreateInstance(info.Options!)).Needs
                )
                .Select(info => info.Id),
        ];
        var way =
            fit.Length == 0
                ? "no attack of the catalogue can work with it"
                : $"attacks that can work with it: {string.Join(", ", fit)}";
        throw new ModelException(
            $"attack {string.Join(", ", blind)}: cannot run, since this model offers {model.Access.ToString().ToLowerInvariant()} only; {way}."
        );
    }
}
