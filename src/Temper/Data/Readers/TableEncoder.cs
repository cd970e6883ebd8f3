using System.Globalization;
using Temper.Errors;

namespace Temper.Data.Readers;

/// <summary>Turns texts into numbers in [0, 1] by what the training rows hold.</summary>
internal sealed class TableEncoder
{
    private const int MostLevels = 1000;

    private readonly List<Column> _columns = [];
    private readonly Dictionary<string, int> _places;
    private readonly string _labelHeader;

    public TableEncoder(RawTable train, string label, IReadOnlyList<string> categorical)
    {
        _labelHeader = label;
        var labelPlace = Array.IndexOf(train.Header, label);
        if (labelPlace < 0)
        {
            throw new DataException(
                $"{train.File}: there is no column '{Excerpt.Clean(label)}' for the label{NearestName.Suggest(label, train.Header)}; name it with data.label."
            );
        }
        if (categorical.FirstOrDefault(c => !train.Header.Contains(c)) is { } missing)
        {
            throw new DataException(
                $"{train.File}: there is no column '{Excerpt.Clean(missing)}', which data.categorical names{NearestName.Suggest(missing, train.Header)}."
            );
        }
        Classes = Ordered(train.Rows.Select(r => r.Fields[labelPlace]));
        _places = Classes.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        RefuseEmpty(train);
        for (var i = 0; i < train.Header.Length; i++)
        {
            if (i != labelPlace)
            {
                _columns.Add(Describe(train, i, categorical.Contains(train.Header[i])));
            }
        }
        Columns = [.. _columns.SelectMany(c => c.Names)];
        OneHot = _columns.Sum(c => c.Levels?.Count ?? 0);
    }

    /// <summary>Gets the classes: whole numbers by size, other texts in ordinal order.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Gets the name of each value of a row.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Gets how many of them are levels of a category.</summary>
    public int OneHot { get; }

    /// <summary>Encodes rows, of training or of the same form.</summary>
    public (float[] Values, int[] Labels) Encode(RawTable table)
    {
        var width = Columns.Count;
        if ((long)width * table.Rows.Count > Array.MaxLength)
        {
            throw new DataException(
                $"{table.File}: {table.Rows.Count} rows of {width} values do not fit into memory as one set."
            );
        }
        var values = new float[width * table.Rows.Count];
        var labels = new int[table.Rows.Count];
        int[] places = [.. _columns.Select(c => Place(table, c.Header))];
        var label = Place(table, _labelHeader);
        RefuseEmpty(table);
        for (var row = 0; row < table.Rows.Count; row++)
        {
            var fields = table.Rows[row].Fields;
            labels[row] = Label(table, table.Rows[row], fields[label]);
            var at = row * width;
            for (var i = 0; i < places.Length; i++)
            {
                var target = values.AsSpan(at, _columns[i].Names.Length);
                Fill(table, table.Rows[row], _columns[i], fields[places[i]], target);
                at += target.Length;
            }
        }
        return (values, labels);
    }

    private static Column Describe(RawTable train, int place, bool isCategorical)
    {
        var header = train.Header[place];
        var texts = train.Rows.Select(r => r.Fields[place]);
        double[] numbers = [.. texts.Select(t => Number(t) ?? double.NaN)];
        if (!isCategorical && Array.TrueForAll(numbers, double.IsFinite))
        {
            return new(header, [header], null, numbers.Min(), numbers.Max());
        }
        var levels = Ordered(texts);
        return levels.Count <= MostLevels
            ? new(header, [.. levels.Select(l => $"{header}={l}")], levels, 0, 1)
            : throw new DataException(
                $"{train.File}: the column '{Excerpt.Clean(header)}' has {levels.Count} different texts, expected numbers or at most {MostLevels} levels; leave it out of the file."
            );
    }

    private static void Fill(RawTable table, RawRow row, Column column, string text, Span<float> target)
    {
        if (column.Levels is { } levels)
        {
            if (levels.IndexOf(text) is var level and >= 0)
            {
                target[level] = 1;
            }
            return;
        }
        var number =
            Number(text)
            ?? throw new DataException(
                $"{table.File}, row {row.Number}: '{Excerpt.Clean(text)}' in the column '{Excerpt.Clean(column.Header)}' is not a number, as all training rows have there."
            );
        // A column that never varies in training tells nothing: 0 throughout.
        var span = column.Most - column.Least;
        target[0] = span > 0 ? (float)Math.Clamp((number - column.Least) / span, 0, 1) : 0;
    }

    private int Label(RawTable table, RawRow row, string text)
    {
        return _places.TryGetValue(text, out var place)
            ? place
            : throw new DataException(
                $"{table.File}, row {row.Number}: the label '{Excerpt.Clean(text)}' stands in no training row."
            );
    }

    private static int Place(RawTable table, string header) =>
        Array.IndexOf(table.Header, header) is var place and >= 0
            ? place
            : throw new DataException(
                $"{table.File}: there is no column '{Excerpt.Clean(header)}', which the training rows have."
            );

    private static void RefuseEmpty(RawTable table)
    {
        foreach (var row in table.Rows)
        {
            var empty = Array.FindIndex(row.Fields, string.IsNullOrWhiteSpace);
            if (empty >= 0)
            {
                throw new DataException(
                    $"{table.File}, row {row.Number}: no value in the column '{Excerpt.Clean(table.Header[empty])}'; fill it or leave the row out."
                );
            }
        }
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
        && double.IsFinite(number * 2)
            ? number
            : null;

    private static List<string> Ordered(IEnumerable<string> texts)
    {
        var levels = texts.Distinct(StringComparer.Ordinal).ToList();
        return levels.TrueForAll(l => long.TryParse(l, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
            ?
            [
                .. levels
                    .OrderBy(l => long.Parse(l, CultureInfo.InvariantCulture))
                    .ThenBy(l => l, StringComparer.Ordinal),
            ]
            : [.. levels.Order(StringComparer.Ordinal)];
    }

    /// <summary>A column: a number between the least and the most of training, or one value per level.</summary>
    private sealed record Column(string Header, string[] Names, List<string>? Levels, double Least, double Most);
}
