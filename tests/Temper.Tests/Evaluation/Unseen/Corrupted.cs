using Temper.Evaluation.Unseen.Corruptions;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Evaluation.Unseen;

/// <summary>Images to corrupt, and short words for it.</summary>
internal static class Corrupted
{
    public static readonly Rng Root = new(7);

    public static Corruption Find(string id) => Corruption.All.Single(c => c.Id == id);

    public static Tensor Corrupt(string id, Tensor inputs, int severity) =>
        Find(id)
            .Apply(
                inputs,
                [.. Enumerable.Range(0, (int)inputs.shape[0]).Select(i => (long)i)],
                PixelRange.Unit,
                severity,
                Root
            );

    /// <summary>Random values, far enough from black and white that most noise is not cut off.</summary>
    public static Tensor Images(int n, int channels, int side)
    {
        var values = new float[n * channels * side * side];
        new Rng(3).FillUniform(values, [0], 0, 0, (0.15f, 0.65f));
        return tensor(values, [n, channels, side, side]);
    }

    public static float[] Values(Tensor x) => Tensors.ToArray<float>(x);
}
