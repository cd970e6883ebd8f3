using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;

namespace Temper.Bench;

/// <summary>Examples made of noise: the time of a pass does not depend on what an image shows.</summary>
internal static class BenchExamples
{
    /// <summary>Images of uniform noise.</summary>
    public static ImageSet Noise(InputShape shape, int count)
    {
        var pixels = new byte[count * shape.Values];
        var words = new float[shape.Values];
        var rng = new Rng(7);
        for (var i = 0; i < count; i++)
        {
            rng.FillUniform(words, [i], 0, 0);
            for (var p = 0; p < words.Length; p++)
            {
                pixels[(i * words.Length) + p] = (byte)(words[p] * 256);
            }
        }
        return Labelled(shape, pixels, [.. Enumerable.Range(0, count).Select(i => i % BenchNetwork.Classes)]);
    }

    /// <summary>Images labelled with what a model says, so that an attack of a tiny budget never ends early.</summary>
    public static ImageSet Held(ModuleClassifier model, int count, int block)
    {
        var noise = Noise(model.Input, count);
        int[] all = [.. Enumerable.Range(0, count)];
        int[] labels = [.. Blocks.Predict(model, noise, all, block, Goal.Untargeted, 0).SelectMany(b => b.Predictions)];
        return Labelled(model.Input, noise.Pixels, labels);
    }

    private static ImageSet Labelled(InputShape shape, byte[] pixels, int[] labels) =>
        new(new("noise", "train", shape.Channels, shape.Height, shape.Width, BenchNetwork.Classes, ""), pixels, labels);
}
