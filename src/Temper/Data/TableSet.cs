using System.Runtime.InteropServices;
using Temper.Errors;

namespace Temper.Data;

/// <summary>Rows of a table, resident as numbers in [0, 1]: one channel, one line, a value per column.</summary>
public sealed class TableSet : ExampleSet
{
    private readonly float[] _values;

    /// <summary>Creates a set.</summary>
    /// <param name="card">What is known about it; one channel, height 1.</param>
    /// <param name="values">Count × width values in [0, 1], row-major; not copied.</param>
    /// <param name="labels">One label per row; not copied.</param>
    /// <param name="columns">The name of each value.</param>
    /// <exception cref="DataException">Lengths disagree, a label is out of range, or a value is outside [0, 1].</exception>
    public TableSet(DataCard card, float[] values, int[] labels, IReadOnlyList<string> columns)
        : base(card, labels, values.Length, "values")
    {
        if (columns.Count != ValuesPerExample)
        {
            throw new DataException(
                $"{card.Name}/{card.Split}: found {columns.Count} names of columns, expected {ValuesPerExample}."
            );
        }
        var wrong = Array.FindIndex(values, v => v is not (>= 0 and <= 1));
        if (wrong >= 0)
        {
            throw new DataException(
                $"{card.Name}/{card.Split}: row {wrong / ValuesPerExample} has {values[wrong]} in '{columns[wrong % ValuesPerExample]}', expected a value from 0 to 1."
            );
        }
        (_values, Columns) = (values, columns);
    }

    /// <summary>Gets the name of each value; a category's is <c>column=level</c>.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <inheritdoc/>
    public override void Copy(int index, Span<float> target) =>
        _values.AsSpan(index * ValuesPerExample, ValuesPerExample).CopyTo(target);

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Bytes(int index) =>
        MemoryMarshal.AsBytes(_values.AsSpan(index * ValuesPerExample, ValuesPerExample));
}
