using System.Text.Json.Nodes;

namespace Temper.Training;

/// <summary>What an epoch reached on validation examples, as far as it is kept.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Examples">The validation examples.</param>
/// <param name="Clean">Those right when clean.</param>
/// <param name="Robust">Those right under attack.</param>
public sealed record KeptEpoch(int Epoch, int Examples, int Clean, int Robust)
{
    /// <summary>Gets the share right under attack.</summary>
    public double RobustRate => (double)Robust / Examples;

    /// <summary>Of an epoch's record.</summary>
    internal static KeptEpoch Of(EpochRecord record) =>
        new(record.Epoch, record.Validation.Examples, record.Validation.Clean, record.Validation.Robust);

    /// <summary>What <see cref="ToNode"/> gave; null of null.</summary>
    internal static KeptEpoch? From(JsonNode? node) =>
        node is null
            ? null
            : new((int)node["epoch"]!, (int)node["examples"]!, (int)node["clean"]!, (int)node["robust"]!);

    /// <summary>As kept in checkpoints.</summary>
    internal JsonNode ToNode() =>
        new JsonObject
        {
            ["epoch"] = Epoch,
            ["examples"] = Examples,
            ["clean"] = Clean,
            ["robust"] = Robust,
        };
}
