using Temper.Errors;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;

namespace Temper.Models.Architectures;

/// <summary>Writes one layer of a layer list: a word, its numbers in order, then settings by name.</summary>
/// <remarks>
/// <c>conv IN OUT KERNEL [STRIDE [PAD]]</c> with stride, pad, groups, dilation, bias · <c>fc IN OUT</c> with bias ·
/// <c>norm MEANS DEVIATIONS</c> · <c>batchnorm</c> · <c>block IN OUT STRIDE</c>, a residual block of two 3×3 convolutions ·
/// <c>maxpool KERNEL</c> and <c>avgpool KERNEL</c> with stride, pad · <c>gap</c> · <c>flatten</c> · <c>dropout RATE</c> ·
/// <c>relu</c>, <c>leaky-relu [SLOPE]</c>, <c>sigmoid</c>, <c>tanh</c>, <c>silu</c>, <c>softmax</c>.
/// </remarks>
internal static class LayerWriter
{
    private const long Most = 1 << 20;

    private static readonly Dictionary<string, Func<GraphBuilder, string, string, Layer, string>> Known = new(
        StringComparer.Ordinal
    )
    {
        ["conv"] = Convolution,
        ["fc"] = FullyConnected,
        ["norm"] = Normalisation,
        ["batchnorm"] = (graph, x, name, layer) => layer.Done(graph.BatchNorm(x, name)),
        ["block"] = Block,
        ["maxpool"] = (graph, x, _, layer) => layer.Done(graph.MaxPool(x, Pooling(layer))),
        ["avgpool"] = (graph, x, _, layer) =>
            layer.Done(graph.Add(new AveragePool(Pooling(layer), CountPadding: true), x)),
        ["gap"] = (graph, x, _, layer) => layer.Done(graph.GlobalAverage(x)),
        ["flatten"] = (graph, x, _, layer) => layer.Done(graph.Flatten(x)),
        ["dropout"] = (graph, x, _, layer) => layer.Done(graph.Dropout(x, Rate(layer))),
        ["relu"] = (graph, x, _, layer) => layer.Done(graph.Relu(x)),
        ["leaky-relu"] = (graph, x, _, layer) =>
            layer.Done(graph.Add(new LeakyRelu(layer.HasNext ? LayerNumbers.Real(layer.Next("a slope")) : 0.01), x)),
        ["sigmoid"] = (graph, x, _, layer) => layer.Done(graph.Add(new Sigmoid(), x)),
        ["tanh"] = (graph, x, _, layer) => layer.Done(graph.Add(new Tanh(), x)),
        ["silu"] = (graph, x, _, layer) => layer.Done(graph.Add(new Silu(), x)),
        ["softmax"] = (graph, x, _, layer) => layer.Done(graph.Add(new Softmax(), x)),
    };

    /// <summary>Writes a layer.</summary>
    /// <param name="graph">Where it is written.</param>
    /// <param name="x">The values it takes.</param>
    /// <param name="place">Its place in the list.</param>
    /// <param name="text">Its description.</param>
    /// <returns>The name of the result.</returns>
    /// <exception cref="ModelException">The description cannot be understood, or the layer does not fit.</exception>
    public static string Write(GraphBuilder graph, string x, int place, string text)
    {
        var layer = new Layer(text);
        var word = layer.Next("the name of a layer");
        return Known.TryGetValue(word, out var write)
            ? write(graph, x, place.ToString(System.Globalization.CultureInfo.InvariantCulture), layer)
            : throw new ModelException(
                $"unknown layer '{Excerpt.Clean(word)}'{NearestName.Suggest(word, [.. Known.Keys])}."
            );
    }

    private static string Convolution(GraphBuilder graph, string x, string name, Layer layer)
    {
        var (from, to, kernel) = (
            layer.Whole("the channels in"),
            layer.Whole("the channels out"),
            layer.Whole("the kernel")
        );
        var stride = layer.Whole("stride", 1);
        var pad = layer.Whole("pad", 0, low: 0);
        var (groups, dilation) = (layer.Named("groups", 1), layer.Named("dilation", 1));
        var bias = layer.Flag("bias");
        Expect(graph.ShapeOf(x)[0], from, "channels");
        if (from % groups != 0)
        {
            throw new ModelException($"{from} channels cannot be split into {groups} groups.");
        }
        var op = new Conv(Window.Square(kernel, stride, pad), dilation, groups);
        return layer.Done(graph.Conv(x, name, to, op, bias));
    }

    private static string FullyConnected(GraphBuilder graph, string x, string name, Layer layer)
    {
        var (from, to) = (layer.Whole("the inputs"), layer.Whole("the outputs"));
        var bias = layer.Flag("bias");
        if (graph.ShapeOf(x) is [var found])
        {
            Expect(found, from, "values");
        }
        return layer.Done(graph.Linear(x, name, to, bias));
    }

    private static string Normalisation(GraphBuilder graph, string x, string name, Layer layer)
    {
        var mean = LayerNumbers.List(layer.Next("means"));
        return layer.Done(graph.Normalise(x, name, mean, LayerNumbers.Positive(layer.Next("deviations"))));
    }

    private static string Block(GraphBuilder graph, string x, string name, Layer layer)
    {
        var (from, to, stride) = (
            layer.Whole("the channels in"),
            layer.Whole("the channels out"),
            layer.Whole("the stride")
        );
        Expect(graph.ShapeOf(x)[0], from, "channels");
        var inner = graph.Relu(graph.Conv(x, $"{name}.conv1", to, Window.Square(3, stride, pad: 1)));
        inner = graph.Conv(inner, $"{name}.conv2", to, Window.Square(3, stride: 1, pad: 1));
        var shortcut =
            stride == 1 && from == to ? x : graph.Conv(x, $"{name}.shortcut", to, Window.Square(1, stride, pad: 0));
        return layer.Done(graph.Relu(graph.Sum(inner, shortcut)));
    }

    private static Window Pooling(Layer layer)
    {
        var kernel = layer.Whole("the kernel");
        return Window.Square(kernel, layer.Whole("stride", kernel), layer.Whole("pad", 0, low: 0));
    }

    private static double Rate(Layer layer)
    {
        var rate = LayerNumbers.Real(layer.Next("a rate"));
        return rate is >= 0 and < 1 ? rate : throw new ModelException($"found {rate}, expected a rate from 0 below 1.");
    }

    private static void Expect(long found, long said, string what)
    {
        if (found != said)
        {
            throw new ModelException($"it takes {said} {what}, and {found} reach it.");
        }
    }

    /// <summary>The words of one layer, read from left to right; settings by name may stand in any order at the end.</summary>
    private sealed class Layer
    {
        private readonly Queue<string> _positional;
        private readonly Dictionary<string, string> _named = new(StringComparer.Ordinal);

        public Layer(string text)
        {
            var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var first = Array.FindIndex(words, Math.Min(1, words.Length), word => char.IsAsciiLetter(word[0]));
            _positional = new(first < 0 ? words : words[..first]);
            for (var i = first; i >= 0 && i < words.Length; i += 2)
            {
                if (i + 1 == words.Length || !_named.TryAdd(words[i], words[i + 1]))
                {
                    throw new ModelException($"'{Excerpt.Clean(words[i])}': expected a setting once, with its value.");
                }
            }
        }

        public bool HasNext => _positional.Count > 0;

        public string Next(string what) =>
            _positional.TryDequeue(out var word) ? word : throw new ModelException($"{what} missing.");

        public long Whole(string what) => LayerNumbers.Whole(Next(what), 1, Most);

        public long Whole(string name, long otherwise, long low = 1) =>
            HasNext ? LayerNumbers.Whole(Next(name), low, Most) : Named(name, otherwise, low);

        public long Named(string name, long otherwise, long low = 1) =>
            _named.Remove(name, out var text) ? LayerNumbers.Whole(text, low, Most) : otherwise;

        public bool Flag(string name) =>
            !_named.Remove(name, out var text)
            || text switch
            {
                "true" => true,
                "false" => false,
                _ => throw new ModelException($"{name}: found '{Excerpt.Clean(text)}', expected true or false."),
            };

        public string Done(string result) =>
            (_positional.FirstOrDefault() ?? _named.Keys.FirstOrDefault()) is { } left
                ? throw new ModelException($"'{Excerpt.Clean(left)}' is not understood here.")
                : result;
    }
}
