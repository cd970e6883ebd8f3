using System.Text;
using System.Text.Json;
using Temper.Errors;
using Temper.Serialization;

namespace Temper.Evaluation;

/// <summary>The finished blocks of an evaluation, appended as they finish, so that an interrupted one can go on.</summary>
internal sealed class Journal : IDisposable
{
    private readonly Dictionary<(string Stage, int Block), JournalLine> _done = [];
    private readonly FileStream? _stream;
    private readonly string _path;

    private Journal(string path, FileStream? stream) => (_path, _stream) = (path, stream);

    /// <summary>A journal that keeps nothing.</summary>
    public static Journal None() => new("", null);

    /// <summary>Refuses what <see cref="Open"/> would refuse on resume, and changes nothing.</summary>
    /// <exception cref="DataException">The journal belongs to another evaluation, or cannot be read.</exception>
    public static void Check(string path, string identity) => Guarded(path, () => Read(path, identity));

    /// <summary>Opens a journal; an existing one is continued on resume and replaced otherwise.</summary>
    /// <exception cref="DataException">The journal belongs to another evaluation, or cannot be read.</exception>
    public static Journal Open(string path, string identity, bool resume) =>
        Guarded(
            path,
            () =>
            {
                // Read whole before anything is changed: a journal that cannot be read stays as it is.
                var (lines, done) = resume ? Read(path, identity) : ([], []);
                // Without a buffer nothing is left to be written, and to fail, when the stream is closed.
                var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 0);
                var journal = new Journal(path, stream);
                stream.SetLength(lines.Sum(l => Encoding.UTF8.GetByteCount(l) + 1L));
                stream.Seek(0, SeekOrigin.End);
                if (lines.Count == 0)
                {
                    journal.Append(Header(identity));
                }
                foreach (var line in done)
                {
                    journal.Remember(line);
                }
                return journal;
            }
        );

    /// <summary>Finds a block that was finished before.</summary>
    public JournalLine? Find(string stage, int block) => _done.GetValueOrDefault((stage, block));

    /// <summary>Appends a finished block.</summary>
    public void Add(JournalLine line)
    {
        if (_stream is not null)
        {
            Append(JsonSerializer.Serialize(line, JournalJson.Default.JournalLine));
        }
    }

    public void Dispose() => _stream?.Dispose();

    private static (List<string> Lines, JournalLine[] Done) Read(string path, string identity)
    {
        var lines = File.Exists(path) ? WholeLines(path) : [];
        if (lines.Count > 0 && lines[0] != Header(identity))
        {
            throw new DataException(
                $"{path}: the journal belongs to another evaluation (other model, data, threat, attacks or settings); evaluate into another folder, or without --resume."
            );
        }
        return (
            lines,
            [
                .. lines
                    .Skip(1)
                    .Select(line =>
                        JsonSerializer.Deserialize(line, JournalJson.Default.JournalLine)
                        ?? throw new JsonException("found null, expected a block")
                    ),
            ]
        );
    }

    private static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (JsonException e)
        {
            throw new DataException($"{path}: a line of the journal cannot be read ({e.Message}).", e);
        }
        catch (Exception e) when (WriteFailure.Is(e))
        {
            throw new RunFailedException($"{path}: cannot be opened: {WriteFailure.Explain(e)}", e);
        }
    }

    private static string Header(string identity) => $"{{\"journal\":2,\"identity\":\"{identity}\"}}";

    /// <summary>The lines that end with a line break; a torn last line is dropped.</summary>
    private static List<string> WholeLines(string path)
    {
        var text = File.ReadAllText(path);
        var lines = text.Split('\n').ToList();
        lines.RemoveAt(lines.Count - 1);
        return lines;
    }

    private void Remember(JournalLine line) => _done[(line.Stage, line.Block)] = line;

    private void Append(string line)
    {
        try
        {
            _stream!.Write(Encoding.UTF8.GetBytes(line + "\n"));
            _stream.Flush(flushToDisk: false);
        }
        catch (Exception e) when (WriteFailure.Is(e))
        {
            throw new RunFailedException(
                $"{_path}: cannot be written: {WriteFailure.Explain(e)} Then go on by --resume.",
                e
            );
        }
    }
}
