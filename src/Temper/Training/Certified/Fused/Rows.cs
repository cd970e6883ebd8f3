using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Training.Certified.Fused;

/// <summary>Rows of contiguous float32 tensors on the CPU, one for each example.</summary>
internal static class Rows
{
    /// <summary>Runs work for each row, on the threads libtorch works with.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="work">Gets the row; it must not throw and touch no dispose scope.</param>
    public static void Run(int count, Action<int> work) =>
        ThreadTeam.Run(
            count,
            (member, members) =>
            {
                var last = count * (member + 1) / members;
                for (var row = count * member / members; row < last; row++)
                {
                    work(row);
                }
            }
        );

    /// <summary>A row.</summary>
    public static Span<float> Of(Tensor tensor, int row)
    {
        var all = Tensors.Floats(tensor);
        var length = all.Length / (int)tensor.shape[0];
        return all.Slice(row * length, length);
    }

    /// <summary>Whether autograd gave a gradient.</summary>
    public static bool IsGiven(Tensor? gradient) => gradient is { IsInvalid: false };

    /// <summary>A gradient in one piece; zeros where none was given.</summary>
    public static Tensor Whole(Tensor? gradient, Tensor like) =>
        gradient is { IsInvalid: false } ? gradient.contiguous() : zeros_like(like);
}
