using System.Text;
using System.Text.Json;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Workflow;

/// <summary>
/// Counts how often test data was looked at with a model: one line for each evaluation, in the folder of the training run that the
/// model's file lies in.
/// </summary>
/// <remarks>
/// What is chosen by looking at test data is no longer tested by it. Files outside of a training run's folder have no place of their own
/// to be counted at; theirs are not known, and are called so.
/// </remarks>
internal static class TestLooks
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "test-looks.jsonl";

    // Two evaluations of one model may begin together.
    private const int Tries = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static readonly JsonSerializerOptions OneLine = new(JsonText.Options) { WriteIndented = false };

    /// <summary>Counts a look, unless it is one that was counted before it was interrupted.</summary>
    /// <param name="model">The model's file.</param>
    /// <param name="look">The look.</param>
    /// <returns>Its number among those with this very model, from 1; null where it is not counted.</returns>
    /// <exception cref="DataException">The file is there and cannot be understood.</exception>
    public static int? Count(string model, TestLook look)
    {
        if (look.Split != TestLookWords.TestSplit || Home(model) is not { } folder)
        {
            return null;
        }
        var path = Path.Combine(folder, FileName);
        try
        {
            using var stream = Alone(path);
            using var reader = new StreamReader(stream, leaveOpen: true);
            var (looks, length) = Read(reader.ReadToEnd(), path);
            if (Place(looks, look.Model, look.Started) is { } number)
            {
                return number;
            }
            // A last line that was cut off by a full disk or a kill is written over.
            stream.SetLength(length);
            stream.Seek(0, SeekOrigin.End);
            stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(look, OneLine) + "\n"));
            stream.Flush(flushToDisk: true);
            return looks.Count(l => l.Model == look.Model) + 1;
        }
        catch (Exception e) when (WriteFailure.Is(e))
        {
            // A model on a disk that cannot be written may be evaluated; how often is then not known.
            return null;
        }
    }

    /// <summary>The number of a look among those with the same model, from 1; null where the folder holds none such.</summary>
    /// <param name="folder">The folder of the training run.</param>
    /// <param name="model">The SHA-256 of the model's file.</param>
    /// <param name="started">When the run began.</param>
    /// <exception cref="DataException">The file cannot be understood.</exception>
    public static int? Find(string folder, string model, DateTimeOffset started)
    {
        var path = Path.Combine(folder, FileName);
        return Place(Read(TextFile.Read(path), path).Looks, model, started);
    }

    private static int? Place(IReadOnlyList<TestLook> looks, string model, DateTimeOffset started)
    {
        var number = looks.Where(l => l.Model == model).TakeWhile(l => l.Started != started).Count() + 1;
        return number <= looks.Count(l => l.Model == model) ? number : null;
    }

    /// <summary>The folder of the training run that a model's file lies in; null where it lies in none.</summary>
    private static string? Home(string model)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        var manifest = Path.Combine(folder, RunFolder.Manifest);
        try
        {
            return File.Exists(manifest) && RunManifest.Read(manifest).Kind == RunManifest.Train ? folder : null;
        }
        catch (DataException)
        {
            // Other programs call their files so, too.
            return null;
        }
    }

    /// <summary>Opens the file for one reader and writer at a time.</summary>
    private static FileStream Alone(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < Tries)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    /// <summary>The whole lines, and how many bytes they are.</summary>
    private static (IReadOnlyList<TestLook> Looks, long Length) Read(string text, string path)
    {
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        var lines = whole.Split('\n')[..^1];
        return (
            [.. lines.Select((line, i) => JsonText.Parse<TestLook>(line, path, i + 1))],
            Encoding.UTF8.GetByteCount(whole)
        );
    }
}
