using System.Globalization;
using System.Text;
using Temper.Errors;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;

namespace Temper.Models.Passes;

/// <summary>Which algorithm computes the input gradient of each shape of convolution.</summary>
/// <remarks>
/// The committed table holds what <c>temper bench --tune</c> measured. It is not measured anew on each machine: the choice is part of
/// the arithmetic, and equal runs must make equal choices.
/// </remarks>
public sealed class ConvTable
{
    private const string Resource = "Temper.Models.Passes.conv-table.csv";
    private static readonly Lazy<ConvTable> Embedded = new(ReadResource);
    private readonly IReadOnlyDictionary<string, ConvAlgorithm> _choices;

    /// <summary>Makes a table.</summary>
    /// <param name="choices">The algorithm by <see cref="ConvShape.Text"/>; shapes that are absent go by rule.</param>
    public ConvTable(IReadOnlyDictionary<string, ConvAlgorithm> choices) => _choices = choices;

    /// <summary>Gets the table that comes with the library.</summary>
    public static ConvTable Committed => Embedded.Value;

    /// <summary>Reads a table: lines of shape, algorithm, and figures that are not read; lines that begin with # say what they are.</summary>
    /// <param name="text">The text, with a header line <c>shape,algorithm,…</c>.</param>
    /// <param name="name">What the text is called in messages.</param>
    /// <exception cref="DataException">A line is not of that form.</exception>
    public static ConvTable Parse(string text, string name)
    {
        var choices = new Dictionary<string, ConvAlgorithm>(StringComparer.Ordinal);
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines.Where(l => !l.StartsWith('#')).Skip(1))
        {
            var cells = line.Split(',');
            if (cells.Length < 2 || !TryParse(cells[1], out var algorithm) || !choices.TryAdd(cells[0], algorithm))
            {
                throw new DataException(
                    $"{name}: found the line '{Excerpt.Clean(line)}', expected a shape that stands once and one of {string.Join(", ", Enum.GetValues<ConvAlgorithm>().Select(NameOf))}."
                );
            }
        }
        return new(choices);
    }

    /// <summary>The algorithm for a shape; one that fits it.</summary>
    /// <param name="shape">The shape.</param>
    public ConvAlgorithm For(ConvShape shape) =>
        _choices.TryGetValue(shape.Text, out var algorithm) && shape.Fits(algorithm) ? algorithm : ByRule(shape);

    /// <summary>The choices for the convolutions of a network, for a manifest.</summary>
    /// <param name="graph">The network.</param>
    /// <returns>Shape text → algorithm, in the order of the text.</returns>
    public IReadOnlyDictionary<string, ConvAlgorithm> ChoicesFor(NetworkGraph graph) =>
        new SortedDictionary<string, ConvAlgorithm>(
            ShapesOf(graph).Distinct().ToDictionary(s => s.Text, For),
            StringComparer.Ordinal
        );

    /// <summary>The shapes of the convolutions of a network that have a choice: one group, no dilation, the same padding on opposite sides.</summary>
    /// <param name="graph">The network.</param>
    public static IEnumerable<ConvShape> ShapesOf(NetworkGraph graph)
    {
        var shapes = graph.Shapes(1);
        foreach (var node in graph.Nodes)
        {
            if (node.Op is Conv { HasChoice: true } conv)
            {
                var image = shapes[node.Inputs[0]];
                yield return new(image[1], image[2], image[3], shapes[node.Inputs[1]][0], conv.Window);
            }
        }
    }

    /// <summary>The name of an algorithm in tables and manifests.</summary>
    /// <param name="algorithm">The algorithm.</param>
    public static string NameOf(ConvAlgorithm algorithm) =>
        algorithm == ConvAlgorithm.SubPixel ? "sub-pixel" : algorithm.ToString().ToLower(CultureInfo.InvariantCulture);

    /// <summary>Reads the name of an algorithm.</summary>
    /// <param name="name">The name.</param>
    /// <param name="algorithm">The algorithm.</param>
    public static bool TryParse(string name, out ConvAlgorithm algorithm)
    {
        var all = Enum.GetValues<ConvAlgorithm>();
        var at = Array.FindIndex(all, a => NameOf(a) == name);
        algorithm = at < 0 ? default : all[at];
        return at >= 0;
    }

    /// <summary>What the measured shapes have in common.</summary>
    private static ConvAlgorithm ByRule(ConvShape shape) =>
        shape switch
        {
            { In: <= 4 } => ConvAlgorithm.Fold,
            _ when shape.Fits(ConvAlgorithm.Mirrored) => ConvAlgorithm.Mirrored,
            // Where the stride divides the kernel, no phase computes with zeros.
            { Window: var w }
                when shape.Fits(ConvAlgorithm.SubPixel)
                    && w.KernelHeight > w.StrideHeight
                    && w.KernelHeight % w.StrideHeight == 0
                    && w.KernelWidth % w.StrideWidth == 0 => ConvAlgorithm.SubPixel,
            _ => ConvAlgorithm.Transposed,
        };

    private static ConvTable ReadResource()
    {
        using var stream = typeof(ConvTable).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(reader.ReadToEnd(), Resource);
    }
}
