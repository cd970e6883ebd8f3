using Temper.Serialization;

namespace Temper.Controls;

/// <summary>Weight files of one network for another with the same parameters.</summary>
public static class ControlWeights
{
    private const string Architecture = "temper.architecture";

    /// <summary>Copies a weight file and says another architecture in it.</summary>
    /// <param name="source">The file, whose parameters have the same names and shapes.</param>
    /// <param name="target">The file to make or replace.</param>
    /// <param name="architecture">The architecture's id.</param>
    /// <exception cref="Temper.Errors.DataException">The file is damaged.</exception>
    public static void Rename(string source, string target, string architecture)
    {
        var file = SafetensorsFile.Read(source);
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in file.Metadata)
        {
            metadata[key] = value;
        }
        metadata[Architecture] = architecture;
        // What the options of the one mean, the other does not know.
        metadata["temper.options"] = "{}";
        new SafetensorsFile(file.Entries, metadata).Write(target);
    }
}
