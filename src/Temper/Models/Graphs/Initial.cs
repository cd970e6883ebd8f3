using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Models.Graphs;

/// <summary>How a stored value begins; random ones draw from torch's own generator.</summary>
public sealed class Initial
{
    private readonly Action<Tensor> _fill;

    private Initial(Action<Tensor> fill) => _fill = fill;

    /// <summary>Gets all zeros.</summary>
    public static Initial Zeros { get; } = new(t => t.zero_());

    /// <summary>Gets all ones.</summary>
    public static Initial Ones { get; } = new(t => t.fill_(1));

    /// <summary>Gets the default of PyTorch for weights of convolutions and linear layers: uniform, by fan-in.</summary>
    public static Initial Default { get; } = new(t => nn.init.kaiming_uniform_(t, Math.Sqrt(5)));

    /// <summary>Gets a normal distribution of variance 2 / fan-in (He et al. 2015, eq. 10).</summary>
    public static Initial KaimingNormal { get; } = new(t => nn.init.kaiming_normal_(t));

    /// <summary>A uniform distribution on [−<paramref name="bound"/>, <paramref name="bound"/>].</summary>
    /// <param name="bound">The bound.</param>
    public static Initial Uniform(double bound) => new(t => nn.init.uniform_(t, -bound, bound));

    /// <summary>The default of PyTorch for a bias: uniform on ±1/√fan-in.</summary>
    /// <param name="fanIn">The number of inputs of each output.</param>
    public static Initial Bias(long fanIn) => Uniform(1 / Math.Sqrt(fanIn));

    /// <summary>A normal distribution of mean 0.</summary>
    /// <param name="deviation">The standard deviation.</param>
    public static Initial Normal(double deviation) => new(t => nn.init.normal_(t, 0, deviation));

    /// <summary>Given values, row-major.</summary>
    /// <param name="values">The values; not copied.</param>
    public static Initial Values(ReadOnlyMemory<float> values) => new(t => values.Span.CopyTo(Tensors.Floats(t)));

    /// <summary>Fills a tensor.</summary>
    /// <param name="tensor">The tensor, overwritten.</param>
    internal void Fill(Tensor tensor)
    {
        using var noGrad = no_grad();
        _fill(tensor);
    }
}
