using System.Globalization;
using System.Text;
using Sylvan.Data.Csv;
using Temper.Errors;

namespace Temper.Data.Readers;

/// <summary>Reads tables in CSV files: a header line, then a row for each example.</summary>
/// <remarks>
/// A column whose training values are all numbers is scaled so that they span [0, 1]; others, and those named, become one value
/// per level, 1 for the level a row has. Scales and levels come from training rows alone: test values beyond them are
/// clipped, and a level that training lacks is all zeros. The path is one file, split by a hash of each row's content — equal rows stay
/// together — or a folder with <c>train.csv</c> and <c>test.csv</c>.
/// </remarks>
public static class TableReader
{
    private const long MostBytes = 1L << 29;
    private const int MostColumns = 10_000;

    /// <summary>Reads one split.</summary>
    /// <param name="path">A file, or a folder with <c>train.csv</c> and <c>test.csv</c>.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="request">Label column, categorical columns and test fraction.</param>
    /// <returns>The rows in their order in the file.</returns>
    /// <exception cref="DataException">A file is missing or malformed, or a value is missing or not a number.</exception>
    public static TableSet Read(string path, string split, DataRequest request)
    {
        var name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        if (Directory.Exists(path))
        {
            var (trainFile, testFile) = (Path.Combine(path, "train.csv"), Path.Combine(path, "test.csv"));
            var train = Parse(FileBytes.Read(trainFile), trainFile);
            var test = Parse(FileBytes.Read(testFile), testFile);
            return Encode(train, split == "train" ? train : test, name, split, request, "splits as the files say");
        }
        return Split(Parse(FileBytes.Read(path), path), name, split, request);
    }

    /// <summary>Reads one split from a file's bytes.</summary>
    /// <param name="bytes">The whole file, UTF-8.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="request">Label column, categorical columns and test fraction.</param>
    /// <exception cref="DataException">It is malformed, or a value is missing or not a number.</exception>
    public static TableSet Read(byte[] bytes, string file, string split, DataRequest request) =>
        Split(Parse(bytes, file), Path.GetFileNameWithoutExtension(file), split, request);

    private static TableSet Split(RawTable table, string name, string split, DataRequest request)
    {
        var isTest = table.Rows.ConvertAll(row => ShareOf(row) < request.TestFraction);
        var train = table with { Rows = [.. table.Rows.Where((_, i) => !isTest[i])] };
        var test = table with { Rows = [.. table.Rows.Where((_, i) => isTest[i])] };
        var rule = string.Create(
            CultureInfo.InvariantCulture,
            $"test = {request.TestFraction:P0} of the rows by hash of their content"
        );
        return Encode(train, split == "train" ? train : test, name, split, request, rule);
    }

    private static double ShareOf(RawRow row) => HashShare.Of(Encoding.UTF8.GetBytes(string.Join('\x1F', row.Fields)));

    private static TableSet Encode(
        RawTable train,
        RawTable table,
        string name,
        string split,
        DataRequest request,
        string rule
    )
    {
        if (train.Rows.Count == 0 || table.Rows.Count == 0)
        {
            throw new DataException(
                $"{table.File}: no row is left for {(train.Rows.Count == 0 ? "train" : "test")}; expected more rows or another data.test-fraction."
            );
        }
        var encoder = new TableEncoder(train, request.Label, request.Categorical);
        var (values, labels) = encoder.Encode(table);
        var hash = ContentHash.Of(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()), labels);
        var card = new DataCard(name, split, 1, 1, encoder.Columns.Count, encoder.Classes.Count, hash)
        {
            ClassNames = encoder.Classes,
            Noun = "rows",
            OneHot = encoder.OneHot,
            Rule =
                $"numbers scaled to [0, 1] by the span of the training rows, {encoder.OneHot} of {encoder.Columns.Count} values are levels of categories; {rule}",
        };
        return new(card, values, labels, encoder.Columns);
    }

    private static RawTable Parse(byte[] bytes, string file)
    {
        if (bytes.Length > MostBytes)
        {
            throw new DataException($"{file}: found {bytes.Length} bytes, expected at most {MostBytes}.");
        }
        try
        {
            using var text = new StreamReader(new MemoryStream(bytes, writable: false), new UTF8Encoding(false, true));
            using var reader = CsvDataReader.Create(
                text,
                new CsvDataReaderOptions
                {
                    // The reader's buffer bounds a line's length; it need not be larger than the file.
                    BufferSize = (int)Math.Clamp(bytes.Length + 1L, 1024, 1 << 22),
                }
            );
            return Rows(reader, file);
        }
        catch (Exception e)
            when (e
                    is FormatException
                        or InvalidOperationException
                        or InvalidDataException
                        or IOException
                        or DecoderFallbackException
                        or NotSupportedException
            )
        {
            throw new DataException($"{file}: not a CSV file with a header line ({Excerpt.Clean(e.Message)}).", e);
        }
    }

    private static RawTable Rows(CsvDataReader reader, string file)
    {
        string[] header = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        if (header.Length is < 2 or > MostColumns)
        {
            throw new DataException(
                $"{file}: found {header.Length} columns, expected 2 to {MostColumns}: values and a label."
            );
        }
        if (header.GroupBy(h => h, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new DataException($"{file}, line 1: the column '{Excerpt.Clean(twice.Key)}' stands twice.");
        }
        var rows = new List<RawRow>();
        while (reader.Read())
        {
            if (reader.RowFieldCount != header.Length)
            {
                throw new DataException(
                    $"{file}, row {reader.RowNumber}: found {reader.RowFieldCount} fields, expected {header.Length}, as in the header."
                );
            }
            rows.Add(new(reader.RowNumber, [.. header.Select((_, i) => reader.GetString(i))]));
        }
        return new(file, header, rows);
    }
}
