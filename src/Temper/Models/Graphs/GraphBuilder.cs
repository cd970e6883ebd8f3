using Temper.Errors;
using Temper.Models.Graphs.Ops;

namespace Temper.Models.Graphs;

/// <summary>Builds a graph step by step and keeps the shapes, so that a layer that does not fit is named at once.</summary>
/// <remarks>
/// Methods take the name of a value and return the name of the result. Layers with weights take the name under which their
/// tensors are saved, as PyTorch names them: <c>conv1</c> becomes <c>conv1.weight</c> and <c>conv1.bias</c>.
/// </remarks>
/// <param name="input">The shape of one input.</param>
public sealed class GraphBuilder(InputShape input)
{
    private const long Probe = 3;

    private readonly List<GraphNode> _nodes = [];
    private readonly List<GraphParameter> _parameters = [];
    private readonly Dictionary<string, long[]> _shapes = new(StringComparer.Ordinal)
    {
        [InputName] = [Probe, input.Channels, input.Height, input.Width],
    };

    /// <summary>Gets the name of the input value.</summary>
    public string Input => InputName;

    private const string InputName = "x";

    /// <summary>The shape of a value without the batch.</summary>
    /// <param name="value">The value's name.</param>
    public IReadOnlyList<long> ShapeOf(string value) => _shapes[value][1..];

    /// <summary>Stores a value.</summary>
    /// <param name="name">Its name, unique.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="role">What it is for.</param>
    /// <param name="initial">How it begins.</param>
    /// <returns>The name.</returns>
    public string Store(string name, IReadOnlyList<long> shape, ParameterRole role, Initial initial)
    {
        if (!_shapes.TryAdd(name, [.. shape]))
        {
            throw new ModelException($"graph: the name '{name}' stands twice.");
        }
        _parameters.Add(new(name, shape, role, initial));
        return name;
    }

    /// <summary>Adds an operator.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <returns>The name of the result.</returns>
    /// <exception cref="ModelException">The shapes do not fit.</exception>
    public string Add(GraphOp op, params IReadOnlyList<string> inputs)
    {
        var output = $"v{_nodes.Count}";
        _shapes[output] = op.ShapeOf([.. inputs.Select(i => _shapes[i])]);
        _nodes.Add(new(op, inputs, output));
        return output;
    }

    /// <summary>A convolution with a square kernel.</summary>
    /// <param name="x">The image.</param>
    /// <param name="name">The name of its tensors.</param>
    /// <param name="channels">The number of channels of the result.</param>
    /// <param name="window">Kernel, stride and padding.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="weights">How the weights begin; PyTorch's default when absent.</param>
    public string Conv(
        string x,
        string name,
        long channels,
        Window window,
        bool bias = true,
        Initial? weights = null
    ) => Conv(x, name, channels, new Conv(window), bias, weights);

    /// <summary>A convolution.</summary>
    /// <param name="x">The image.</param>
    /// <param name="name">The name of its tensors.</param>
    /// <param name="channels">The number of channels of the result.</param>
    /// <param name="op">Its settings.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="weights">How the weights begin; PyTorch's default when absent.</param>
    internal string Conv(string x, string name, long channels, Conv op, bool bias, Initial? weights = null)
    {
        var (w, from) = (op.Window, Image(x, name)[0] / op.Groups);
        Store(
            $"{name}.weight",
            [channels, from, w.KernelHeight, w.KernelWidth],
            ParameterRole.Weight,
            weights ?? Initial.Default
        );
        if (!bias)
        {
            return Add(op, x, $"{name}.weight");
        }
        var fanIn = from * w.KernelHeight * w.KernelWidth;
        Store($"{name}.bias", [channels], ParameterRole.Weight, Initial.Bias(fanIn));
        return Add(op, x, $"{name}.weight", $"{name}.bias");
    }

    /// <summary>A fully connected layer.</summary>
    /// <param name="x">Values of shape (N, I).</param>
    /// <param name="name">The name of its tensors.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="zero">Whether all begins at zero instead of PyTorch's default.</param>
    public string Linear(string x, string name, long outputs, bool bias = true, bool zero = false)
    {
        if (ShapeOf(x) is not [var from])
        {
            throw new ModelException(
                $"{name}: a fully connected layer needs values of one dimension, found ({string.Join(", ", ShapeOf(x))}); flatten comes before it."
            );
        }
        Store($"{name}.weight", [outputs, from], ParameterRole.Weight, zero ? Initial.Zeros : Initial.Default);
        if (!bias)
        {
            return Add(new Linear(), x, $"{name}.weight");
        }
        Store($"{name}.bias", [outputs], ParameterRole.Weight, zero ? Initial.Zeros : Initial.Bias(from));
        return Add(new Linear(), x, $"{name}.weight", $"{name}.bias");
    }

    /// <summary>Batch normalisation.</summary>
    /// <param name="x">Values of shape (N, C, …).</param>
    /// <param name="name">The name of its tensors.</param>
    public string BatchNorm(string x, string name)
    {
        long[] channels = [ShapeOf(x)[0]];
        return Add(
            new BatchNorm(),
            x,
            Store($"{name}.weight", channels, ParameterRole.Weight, Initial.Ones),
            Store($"{name}.bias", channels, ParameterRole.Weight, Initial.Zeros),
            Store($"{name}.running_mean", channels, ParameterRole.Buffer, Initial.Zeros),
            Store($"{name}.running_var", channels, ParameterRole.Buffer, Initial.Ones),
            Store($"{name}.num_batches_tracked", [], ParameterRole.Counter, Initial.Zeros)
        );
    }

    /// <summary>(x − mean) / deviation, channel by channel: the normalisation that belongs inside a model.</summary>
    /// <param name="x">The image.</param>
    /// <param name="name">The name of its tensors.</param>
    /// <param name="mean">A value per channel.</param>
    /// <param name="deviation">A value per channel, above 0.</param>
    public string Normalise(string x, string name, IReadOnlyList<float> mean, IReadOnlyList<float> deviation)
    {
        var channels = Image(x, name)[0];
        if (mean.Count != channels || deviation.Count != channels)
        {
            throw new ModelException(
                $"{name}: found {mean.Count} means and {deviation.Count} deviations, expected {channels}, one per channel."
            );
        }
        long[] shape = [1, channels, 1, 1];
        Store($"{name}.mean", shape, ParameterRole.Buffer, Initial.Values(mean.ToArray()));
        Store($"{name}.std", shape, ParameterRole.Buffer, Initial.Values(deviation.ToArray()));
        var centred = Add(new Arithmetic(ArithmeticKind.Sub), x, $"{name}.mean");
        return Add(new Arithmetic(ArithmeticKind.Div), centred, $"{name}.std");
    }

    /// <summary>max(x, 0).</summary>
    /// <param name="x">The values.</param>
    public string Relu(string x) => Add(new Relu(), x);

    /// <summary>All dimensions after the batch as one.</summary>
    /// <param name="x">The values.</param>
    public string Flatten(string x) => Add(new Flatten(), x);

    /// <summary>The largest value of each window.</summary>
    /// <param name="x">The image.</param>
    /// <param name="window">The geometry.</param>
    public string MaxPool(string x, Window window) => Add(new MaxPool(window), x);

    /// <summary>The mean of each channel: (N, C, H, W) to (N, C).</summary>
    /// <param name="x">The image.</param>
    public string GlobalAverage(string x) => Flatten(Add(new GlobalAveragePool(), x));

    /// <summary>a + b.</summary>
    /// <param name="a">Values.</param>
    /// <param name="b">Values of the same shape.</param>
    public string Sum(string a, string b) => Add(new Arithmetic(ArithmeticKind.Add), a, b);

    /// <summary>Dropout; nothing is added where the rate is 0.</summary>
    /// <param name="x">The values.</param>
    /// <param name="rate">The share of values zeroed in training.</param>
    public string Dropout(string x, double rate) => rate > 0 ? Add(new Dropout(rate), x) : x;

    /// <summary>The finished graph.</summary>
    /// <param name="scores">The name of the scores, shape (N, classes).</param>
    public NetworkGraph Build(string scores) =>
        new()
        {
            Input = InputName,
            Output = scores,
            InputShape = input,
            Nodes = [.. _nodes],
            Parameters = [.. _parameters],
        };

    private IReadOnlyList<long> Image(string x, string name) =>
        ShapeOf(x) is [_, _, _] shape
            ? shape
            : throw new ModelException(
                $"{name}: it needs an image of channels × height × width, found ({string.Join(", ", ShapeOf(x))})."
            );
}
