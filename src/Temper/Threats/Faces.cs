using System.Numerics;
using System.Runtime.CompilerServices;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>The faces of L∞ balls cut off by the box, in float64 and rounded towards the centre: a float32 point between them is legal exactly.</summary>
internal static class Faces
{
    private const int Share = 1 << 14;

    /// <summary>Computes the faces around clean inputs.</summary>
    /// <param name="centre">Clean inputs, float32.</param>
    /// <param name="epsilon">The budget.</param>
    /// <param name="box">The box.</param>
    /// <param name="budgets">The share of the budget that each value has; null for the whole.</param>
    /// <returns>Lower and upper faces, shape as the inputs, contiguous; outside any dispose scope, the caller owns them.</returns>
    public static (Tensor Lower, Tensor Upper) Around(
        Tensor centre,
        double epsilon,
        PixelRange box,
        ValueBudgets? budgets = null
    )
    {
        budgets?.Check(centre);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var values = centre.detach().cpu().contiguous();
        var (lower, upper) = (empty_like(values), empty_like(values));
        var count = values.numel();
        ThreadTeam.Run(
            count / Share,
            (member, members) =>
            {
                var part = new Range((int)(count * member / members), (int)(count * (member + 1) / members));
                var from = Tensors.Floats(values)[part];
                if (budgets is not null)
                {
                    Write(from, Tensors.Floats(lower)[part], Tensors.Floats(upper)[part], epsilon, box, budgets, part);
                    return;
                }
                Write(from, Tensors.Floats(lower)[part], -epsilon, box, up: true);
                Write(from, Tensors.Floats(upper)[part], epsilon, box, up: false);
            }
        );
        return (lower.to(centre.device).DetachFromDisposeScope(), upper.to(centre.device).DetachFromDisposeScope());
    }

    private static void Write(
        ReadOnlySpan<float> from,
        Span<float> lower,
        Span<float> upper,
        double epsilon,
        PixelRange box,
        ValueBudgets budgets,
        Range part
    )
    {
        var shares = budgets.Shares;
        for (var i = 0; i < from.Length; i++)
        {
            var shift = epsilon * shares[(part.Start.Value + i) % shares.Length];
            lower[i] = Face(from[i], -shift, box, up: true);
            upper[i] = Face(from[i], shift, box, up: false);
        }
    }

    private static float Face(float from, double shift, PixelRange box, bool up)
    {
        var exact = Math.Min(Math.Max(from + shift, box.Low), box.High);
        var rounded = (float)exact + 0f;
        return up && rounded < exact ? MathF.BitIncrement(rounded)
            : !up && rounded > exact ? MathF.BitDecrement(rounded)
            : rounded;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Write(ReadOnlySpan<float> from, Span<float> to, double shift, PixelRange box, bool up)
    {
        var (low, high) = (new Vector<double>(box.Low), new Vector<double>(box.High));
        var by = new Vector<double>(shift);
        var i = 0;
        for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(from[i..]), out var first, out var second);
            first = Vector.Min(Vector.Max(first + by, low), high);
            second = Vector.Min(Vector.Max(second + by, low), high);
            // A sum with +0 makes −0 to +0, whose neighbours are found by counting.
            var rounded = Vector.Narrow(first, second) + Vector<float>.Zero;
            Vector.Widen(rounded, out var a, out var b);
            var outside = up
                ? Vector.Narrow(Vector.LessThan(a, first), Vector.LessThan(b, second))
                : Vector.Narrow(Vector.GreaterThan(a, first), Vector.GreaterThan(b, second));
            Vector.ConditionalSelect(outside, Next(rounded, up), rounded).CopyTo(to[i..]);
        }
        for (; i < to.Length; i++)
        {
            to[i] = Face(from[i], shift, box, up);
        }
    }

    /// <summary>The neighbouring float above or below.</summary>
    private static Vector<float> Next(Vector<float> values, bool up)
    {
        var bits = Vector.AsVectorInt32(values);
        // Bits count away from zero on either side of it. Below +0 comes the smallest negative number.
        var away = up
            ? Vector.GreaterThanOrEqual(values, Vector<float>.Zero)
            : Vector.LessThan(values, Vector<float>.Zero);
        var next = bits + Vector.ConditionalSelect(away, Vector<int>.One, -Vector<int>.One);
        return up
            ? Vector.AsVectorSingle(next)
            : Vector.ConditionalSelect(
                Vector.Equals(values, Vector<float>.Zero),
                new Vector<float>(-float.Epsilon),
                Vector.AsVectorSingle(next)
            );
    }
}
