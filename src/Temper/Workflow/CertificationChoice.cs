using Temper.Errors;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>The names of <see cref="CertifyKind"/> as recipes and the command line write them.</summary>
public static class CertificationChoice
{
    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<string> Names { get; } = ScalarValues.Names(typeof(CertifyKind));

    /// <summary>Finds a choice by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static CertifyKind Find(string name)
    {
        var place = Names.ToList().IndexOf(name);
        return place >= 0
            ? Enum.GetValues<CertifyKind>()[place]
            : throw new UsageException(
                $"--certify: unknown choice '{name}'{NearestName.Suggest(name, Names)}; expected {string.Join(", ", Names)}."
            );
    }
}
