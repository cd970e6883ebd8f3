using Temper.Models;
using Temper.Runs;
using Temper.Threats;

namespace Temper.Attacks;

/// <summary>Names the attacks that can do what another one refused.</summary>
internal static class Alternatives
{
    /// <summary>A sentence without its stop.</summary>
    /// <param name="access">What the model offers.</param>
    /// <param name="threat">The threat model.</param>
    public static string For(Access access, ThreatModel threat)
    {
        if (threat is UnionThreat union)
        {
            return union.Advice;
        }
        string[] fit =
        [
            .. Catalogue
                .Of<Attack>()
                .Where(info =>
                    Catalogue.Create<Attack>(info, Activator.CreateInstance(info.Options!)) is var attack
                    && access <= attack.Needs
                    && attack.Takes(threat)
                )
                .Select(info => info.Id),
        ];
        return fit.Length == 0
            ? "no attack of the catalogue can work with it"
            : $"attacks that can work with it: {string.Join(", ", fit)}";
    }
}
