using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>Questions about an example: is the score of its class above that of another, everywhere in its set?</summary>
/// <param name="Owner">The example of each question, int64 (P).</param>
/// <param name="Right">Its class, int64 (P).</param>
/// <param name="Other">The other class, int64 (P).</param>
internal sealed record Margins(Tensor Owner, Tensor Right, Tensor Other)
{
    /// <summary>Gets the number of questions.</summary>
    public int Count => (int)Owner.shape[0];

    /// <summary>All of them, example by example.</summary>
    /// <param name="labels">The classes of the examples.</param>
    /// <param name="classes">The number of classes.</param>
    public static Margins All(IReadOnlyList<int> labels, int classes)
    {
        var asked = labels
            .SelectMany((label, i) => Enumerable.Range(0, classes).Where(k => k != label).Select(k => (i, label, k)))
            .ToArray();
        return new(
            tensor(asked.Select(a => (long)a.i).ToArray()),
            tensor(asked.Select(a => (long)a.label).ToArray()),
            tensor(asked.Select(a => (long)a.k).ToArray())
        );
    }

    /// <summary>Some of the questions.</summary>
    public Margins Rows(Tensor which) =>
        new(Owner.index_select(0, which), Right.index_select(0, which), Other.index_select(0, which));

    /// <summary>The same questions about the score of the right class less that of the other.</summary>
    /// <param name="classes">The number of classes.</param>
    public Coefficients Functions(int classes)
    {
        var rows = zeros([Count, classes], ScalarType.Float64);
        var one = ones([Count, 1], ScalarType.Float64);
        return new(rows.scatter_add(1, Right.unsqueeze(1), one).scatter_add(1, Other.unsqueeze(1), -one), Owner);
    }
}
