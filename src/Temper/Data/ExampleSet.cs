using Temper.Errors;

namespace Temper.Data;

/// <summary>A split of a data set, resident in memory. The place of an example in it is its canonical index.</summary>
public abstract class ExampleSet
{
    private const int MostClasses = 100_000;

    /// <summary>Creates a set.</summary>
    /// <param name="card">What is known about it.</param>
    /// <param name="labels">One label per example; not copied.</param>
    /// <param name="values">The number of values stored for all examples.</param>
    /// <param name="what">What a value is called, for messages.</param>
    /// <exception cref="DataException">A dimension is impossible, lengths disagree, or a label is out of range.</exception>
    protected ExampleSet(DataCard card, int[] labels, long values, string what)
    {
        var at = $"{card.Name}/{card.Split}";
        if (
            card.Channels < 1
            || card.Height < 1
            || card.Width < 1
            || card.Classes is < 1 or > MostClasses
            || labels.Length == 0
        )
        {
            throw new DataException(
                $"{at}: found {labels.Length} examples of {card.Channels} × {card.Height} × {card.Width} in {card.Classes} classes, expected at least one example, sides from 1 and 1 to {MostClasses} classes."
            );
        }
        if ((Int128)labels.Length * card.Channels * card.Height * card.Width != values)
        {
            throw new DataException(
                $"{at}: found {values} {what} and {labels.Length} labels, expected {card.Channels} × {card.Height} × {card.Width} {what} for each label."
            );
        }
        var wrong = Array.FindIndex(labels, l => l < 0 || l >= card.Classes);
        if (wrong >= 0)
        {
            throw new DataException(
                $"{at}: example {wrong} has label {labels[wrong]}, expected 0 to {card.Classes - 1}."
            );
        }
        if (card.ClassNames.Count > 0 && card.ClassNames.Count != card.Classes)
        {
            throw new DataException(
                $"{at}: found {card.ClassNames.Count} names of classes, expected {card.Classes} or none."
            );
        }
        (Card, Labels) = (card, labels);
    }

    /// <summary>Gets what is known about the set.</summary>
    public DataCard Card { get; }

    /// <summary>Gets the data set's name.</summary>
    public string Name => Card.Name;

    /// <summary>Gets the split.</summary>
    public string Split => Card.Split;

    /// <summary>Gets the labels, one per example, 0 to Classes − 1. Not a copy; do not change it.</summary>
    public int[] Labels { get; }

    /// <summary>Gets the number of examples.</summary>
    public int Count => Labels.Length;

    /// <summary>Gets the number of channels.</summary>
    public int Channels => Card.Channels;

    /// <summary>Gets the height.</summary>
    public int Height => Card.Height;

    /// <summary>Gets the width.</summary>
    public int Width => Card.Width;

    /// <summary>Gets the number of classes.</summary>
    public int Classes => Card.Classes;

    /// <summary>Gets the number of values of one example.</summary>
    public int ValuesPerExample => Channels * Height * Width;

    /// <summary>
    /// Gets the SHA-256, lower-case hexadecimal, of all values followed by the labels: the same examples have the same hash,
    /// however they were packed.
    /// </summary>
    /// <remarks>A set that was made in memory has what its maker gave it.</remarks>
    public string Sha256 => Card.Sha256;

    /// <summary>Copies one example.</summary>
    /// <param name="index">Its canonical index, 0 to Count − 1.</param>
    /// <param name="target">Receives <see cref="ValuesPerExample"/> values in [0, 1], row-major.</param>
    public abstract void Copy(int index, Span<float> target);

    /// <summary>The stored bytes of one example: equal examples have equal bytes.</summary>
    /// <param name="index">Its canonical index, 0 to Count − 1.</param>
    public abstract ReadOnlySpan<byte> Bytes(int index);
}
