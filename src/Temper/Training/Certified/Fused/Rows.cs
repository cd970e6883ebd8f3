using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Training.Certified.Fused;

/// <summary>Rows of contiguous float32 tensors on the CPU, one for each example.</summary>
internal static class Rows
{
    /// <summary>Runs work on shares of rows, on the threads libtorch works with.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="work">Gets the first row of a share and the one after its last; it must not throw and touch no dispose scope.</param>
    public static void Run(int count, Action<int, int> work) =>
        ThreadTeam.Run(count, (member, members) => work(count * member / members, count * (member + 1) / members));

    /// <summary>Some rows, one after the other. Asking a tensor for its memory takes as long as a short row: once for a share of them.</summary>
    public static Span<float> Of(Tensor tensor, int from, int to)
    {
        var all = Tensors.Floats(tensor);
        var length = all.Length / (int)tensor.shape[0];
        return all[(from * length)..(to * length)];
    }

    /// <summary>Values in the order they have in memory: images with channels last as (N, H, W, C); a view.</summary>
    /// <remarks>To turn images round before and after every ReLU costs a tenth of a step.</remarks>
    /// <param name="values">Values (N, …).</param>
    /// <param name="channelsLast">Whether they are images that lie so.</param>
    public static Tensor InMemory(Tensor values, bool channelsLast) =>
        channelsLast ? values.permute(0, 2, 3, 1) : values;

    /// <summary>What <see cref="InMemory"/> made, in its own order; a view.</summary>
    public static Tensor Back(Tensor values, bool channelsLast) => channelsLast ? values.permute(0, 3, 1, 2) : values;

    /// <summary>Whether autograd gave a gradient.</summary>
    public static bool IsGiven(Tensor? gradient) => gradient is { IsInvalid: false };

    /// <summary>A gradient in one piece; zeros where none was given.</summary>
    public static Tensor Whole(Tensor? gradient, Tensor like) =>
        gradient is { IsInvalid: false } ? gradient.contiguous() : zeros_like(like);
}
