using Temper.Errors;

namespace Temper.Models.Scripts;

/// <summary>What a TorchScript archive (<c>.pt</c>) names, found without running any of it.</summary>
/// <remarks>
/// The archive's code may use operators of an allow-list only: tensor arithmetic and shapes, as networks use them. Its
/// pickles may name only what rebuilds tensors and the archive's own classes, and tensors must lie in the bytes that the
/// archive holds. Whatever else is found is refused with its name. The scan bounds what a script can do, not how long it
/// takes or how much memory it asks for.
/// </remarks>
/// <param name="Operators">The operators that the code names, such as <c>torch.conv2d</c>, sorted.</param>
/// <param name="Classes">The number of classes that the code defines.</param>
public sealed record TorchScriptScan(IReadOnlyList<string> Operators, int Classes)
{
    private const long MostCode = 4 << 20;
    private const long MostPickle = 64 << 20;
    private const string CodeFolder = "code/";

    /// <summary>Scans a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What the archive names, all of it on the allow-list.</returns>
    /// <exception cref="DataException">The file cannot be read, is no such archive, or names something that is not on the allow-list.</exception>
    public static TorchScriptScan Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Read(stream, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({e.Message}), expected a TorchScript archive (.pt).", e);
        }
    }

    /// <summary>Scans a stream.</summary>
    /// <param name="stream">The archive; seekable, borrowed.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="DataException">As above.</exception>
    internal static TorchScriptScan Read(Stream stream, string name)
    {
        try
        {
            return Scan(new ScriptArchive(stream));
        }
        catch (DataException e)
        {
            throw new DataException(
                $"{name}: the TorchScript file is refused and was not loaded: {e.Message}. Export the network to ONNX or give its weights as safetensors; both are data only.",
                e
            );
        }
    }

    private static TorchScriptScan Scan(ScriptArchive archive)
    {
        foreach (var needed in (string[])["data.pkl", "constants.pkl"])
        {
            if (archive.Find(needed) is null)
            {
                throw new DataException($"not a TorchScript archive: it has no entry {needed}");
            }
        }
        var outline = new ScriptOutline();
        List<(string File, IReadOnlyList<ScriptLine> Lines)> code = [];
        foreach (var entry in archive.Entries.Where(IsCode))
        {
            var lines = ScriptLexer.Read(archive.Unpack(entry, MostCode), entry.Name);
            outline.Add(entry.Name[CodeFolder.Length..^".py".Length].Replace('/', '.'), lines, entry.Name);
            code.Add((entry.Name, lines));
        }
        var operators = new SortedSet<string>(StringComparer.Ordinal);
        var check = new ScriptCheck(outline, operators);
        foreach (var (file, lines) in code)
        {
            check.Run(lines, file);
        }
        foreach (var entry in archive.Entries.Where(e => !IsCode(e)))
        {
            CheckOther(archive, entry, outline);
        }
        return new([.. operators], outline.Count);
    }

    private static bool IsCode(ScriptEntry entry) =>
        entry.Name.StartsWith(CodeFolder, StringComparison.Ordinal)
        && entry.Name.EndsWith(".py", StringComparison.Ordinal);

    private static void CheckOther(ScriptArchive archive, ScriptEntry entry, ScriptOutline outline)
    {
        var parts = entry.Name.Split('/');
        switch (parts[0])
        {
            case "data.pkl" or "constants.pkl" when parts.Length == 1:
                var folder = Path.GetFileNameWithoutExtension(entry.Name);
                ScriptPickle.Walk(
                    archive.Unpack(entry, MostPickle),
                    entry.Name,
                    outline,
                    key => archive.Find($"{folder}/{key}")?.Size
                );
                return;
            case "code" when entry.Name.EndsWith(".py.debug_pkl", StringComparison.Ordinal):
                ScriptPickle.Walk(archive.Unpack(entry, MostPickle), entry.Name, outline, _ => null);
                return;
            // The numbers of tensors, and small facts: nothing that is run.
            case "data" or "constants" when parts.Length == 2:
            case "version" or "byteorder" or ".format_version" or ".storage_alignment" when parts.Length == 1:
            case ".data" or "extra" when parts.Length == 2:
                return;
            default:
                throw new DataException($"the entry {entry.Name} belongs to no TorchScript archive");
        }
    }
}
