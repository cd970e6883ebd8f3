using Temper.Attacks;
using Temper.Errors;
using Temper.Models;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>Refuses attacks that need to see more of a model than it shows, before any work.</summary>
internal static class AttackAccess
{
    /// <summary>Checks the attacks of a run.</summary>
    /// <exception cref="ModelException">An attack needs more; the message names those that do not.</exception>
    public static void Check(ModelFile model, IReadOnlyList<RequestedAttack> attacks)
    {
        var access = model.Classifier.Access;
        if (attacks.FirstOrDefault(a => a.Attack.Needs < access) is not { } blind)
        {
            return;
        }
        string[] able = [.. Catalogue.Of<Attack>().Where(info => Create(info).Needs >= access).Select(info => info.Id)];
        throw new ModelException(
            $"{model.Path}: attack '{blind.Name}' needs {Words(blind.Attack.Needs)}, and this model shows {Words(access)} only; "
                + (able.Length > 0 ? $"attacks that can: {string.Join(", ", able)}." : "no attack here can.")
        );
    }

    private static Attack Create(ComponentInfo info) =>
        Catalogue.Create<Attack>(info, info.Options is null ? null : Activator.CreateInstance(info.Options));

    private static string Words(Access access) => access.ToString().ToLowerInvariant();
}
