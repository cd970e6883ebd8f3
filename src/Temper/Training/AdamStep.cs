using System.Numerics;
using System.Runtime.CompilerServices;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>Adam's update of one parameter in one pass over memory; by tensor operations it takes a tenth of a small network's step.</summary>
/// <remarks>Kingma and Ba 2015, algorithm 1, with the L2 penalty added to the gradient, in PyTorch's order of operations.</remarks>
/// <param name="step">The number of this update, from 1.</param>
/// <param name="learningRate">The learning rate.</param>
/// <param name="weightDecay">The L2 penalty.</param>
internal readonly struct AdamStep(long step, double learningRate, double weightDecay)
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const float Epsilon = 1e-8f;

    // Below so many values a second thread costs more than it brings.
    private const int Share = 1 << 15;

    private readonly float _size = (float)(learningRate / (1 - Math.Pow(Beta1, step)));
    private readonly float _root = (float)Math.Sqrt(1 - Math.Pow(Beta2, step));
    private readonly float _decay = (float)weightDecay;

    /// <summary>Whether an update can be made so: contiguous float32 on a CPU.</summary>
    /// <param name="tensor">A parameter, its gradient, or its state.</param>
    public static bool Fits(Tensor tensor) =>
        tensor.dtype == ScalarType.Float32
        && tensor.device_type == TorchSharp.DeviceType.CPU
        && tensor.is_contiguous()
        && tensor.numel() <= int.MaxValue;

    /// <summary>Updates a parameter and its state.</summary>
    /// <param name="value">The parameter, overwritten.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="mean">The average of gradients, overwritten.</param>
    /// <param name="square">The average of their squares, overwritten.</param>
    public void Update(Tensor value, Tensor gradient, Tensor mean, Tensor square)
    {
        var self = this;
        var count = value.numel();
        ThreadTeam.Run(
            count / Share,
            (member, members) =>
            {
                var part = new Range((int)(count * member / members), (int)(count * (member + 1) / members));
                self.Update(
                    Tensors.Floats(value)[part],
                    Tensors.Floats(gradient)[part],
                    Tensors.Floats(mean)[part],
                    Tensors.Floats(square)[part]
                );
            }
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Update(Span<float> value, ReadOnlySpan<float> gradient, Span<float> mean, Span<float> square)
    {
        const float Rest1 = (float)(1 - Beta1);
        const float Rest2 = (float)(1 - Beta2);
        var i = 0;
        for (; i <= value.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var x = new Vector<float>(value[i..]);
            var g = new Vector<float>(gradient[i..]) + (x * _decay);
            var m = new Vector<float>(mean[i..]);
            m += (g - m) * Rest1;
            var v = (new Vector<float>(square[i..]) * (float)Beta2) + (g * g * Rest2);
            m.CopyTo(mean[i..]);
            v.CopyTo(square[i..]);
            var scale = (Vector.SquareRoot(v) / _root) + new Vector<float>(Epsilon);
            (x - (m / scale * _size)).CopyTo(value[i..]);
        }
        for (; i < value.Length; i++)
        {
            var g = gradient[i] + (value[i] * _decay);
            mean[i] += (g - mean[i]) * Rest1;
            square[i] = (square[i] * (float)Beta2) + (g * g * Rest2);
            value[i] -= mean[i] / ((MathF.Sqrt(square[i]) / _root) + Epsilon) * _size;
        }
    }
}
