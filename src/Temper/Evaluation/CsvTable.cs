using System.Globalization;
using System.Text;
using Temper.Errors;
using Temper.Serialization;

namespace Temper.Evaluation;

/// <summary>Reads and writes strict tables: one header, unquoted fields, '\n' after every line.</summary>
internal static class CsvTable
{
    public static List<T> Read<T>(string path, string header, Func<CsvLine, T> parse)
    {
        var file = Path.GetFileName(path);
        var lines = TextFile.Read(path).Split('\n');
        if (lines[0] != header)
        {
            throw new DataException($"{file}:1: found the header '{Shorten(lines[0])}', expected '{header}'.");
        }
        if (lines[^1].Length > 0)
        {
            throw new DataException(
                $"{file}:{lines.Length}: the last line does not end with a line feed; the file was cut off."
            );
        }
        var columns = header.Split(',');
        var rows = new List<T>(lines.Length);
        for (var i = 1; i < lines.Length - 1; i++)
        {
            var fields = lines[i].Split(',');
            if (fields.Length != columns.Length)
            {
                throw new DataException(
                    $"{file}:{i + 1}: found {fields.Length} fields, expected {columns.Length} ({header})."
                );
            }
            rows.Add(parse(new CsvLine(file, i + 1, columns, fields)));
        }
        return rows;
    }

    /// <summary>The first line of a table, to tell versions of it apart.</summary>
    public static string HeaderOf(string path)
    {
        var text = TextFile.Read(path);
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }

    public static void Write<T>(string path, string header, IEnumerable<T> rows, Func<T, string> format) =>
        AtomicFile.Write(
            path,
            stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
                writer.NewLine = "\n";
                writer.WriteLine(header);
                foreach (var row in rows)
                {
                    writer.WriteLine(format(row));
                }
            }
        );

    /// <summary>A name as a field; names that would need quoting are refused, so that any tool can split the lines.</summary>
    public static string Name(string? name)
    {
        foreach (var c in name ?? "")
        {
            if (c is ',' or '"' || char.IsControl(c))
            {
                throw new UsageException(
                    $"The name '{name}' cannot stand in a table: it holds a comma, a quote or a control character."
                );
            }
        }
        return name ?? "";
    }

    public static string Number(double? value)
    {
        if (value is { } number && !(double.IsFinite(number) && number >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(value), number, "A distance is finite and not negative.");
        }
        // Adding zero turns a negative zero into a plain one.
        return (value + 0.0)?.ToString("R", CultureInfo.InvariantCulture) ?? "";
    }

    private static string Shorten(string text) => text.Length <= 120 ? text : text[..120] + "…";
}
