using System.Globalization;
using Temper.Errors;

namespace Temper.Evaluation;

/// <summary>One line of a strict table: fields are never quoted, so a comma always ends a field.</summary>
internal readonly struct CsvLine(string file, int line, string[] columns, string[] fields)
{
    public DataException Error(string message) => new($"{file}:{line}: {message}");

    public string Text(int column) => fields[column];

    public string Required(int column) =>
        fields[column].Length > 0 ? fields[column] : throw Wrong(column, "a name, not an empty field");

    public string OneOf(int column, params ReadOnlySpan<string> allowed)
    {
        foreach (var value in allowed)
        {
            if (fields[column] == value)
            {
                return value;
            }
        }
        throw Wrong(column, string.Join(" or ", allowed.ToArray()));
    }

    public long Count(int column) =>
        long.TryParse(fields[column], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Wrong(column, "a whole number from 0");

    public int Class(int column) =>
        int.TryParse(fields[column], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Wrong(column, "a whole number from 0");

    /// <summary>A predicted class; −1 stands for scores that are not numbers.</summary>
    public int Prediction(int column) => fields[column] == "-1" ? -1 : Class(column);

    public int? OptionalPrediction(int column) => fields[column].Length == 0 ? null : Prediction(column);

    public double? OptionalDistance(int column)
    {
        if (fields[column].Length == 0)
        {
            return null;
        }
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return
            double.TryParse(fields[column], Style, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value)
            ? value
            : throw Wrong(column, "a distance, a finite number from 0, or an empty field");
    }

    public double? OptionalShare(int column) =>
        OptionalDistance(column) is not { } value ? null
        : value <= 1 ? value
        : throw Wrong(column, "a share from 0 to 1, or an empty field");

    private DataException Wrong(int column, string expected) =>
        Error($"{columns[column]}: found '{fields[column]}', expected {expected}.");
}
