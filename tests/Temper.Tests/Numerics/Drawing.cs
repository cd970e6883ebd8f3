using Temper.Numerics;

namespace Temper.Tests.Numerics;

/// <summary>The three ways to fill rows, behind one call.</summary>
internal static class Drawing
{
    internal enum Kind
    {
        Uniform,
        Range,
        Normal,
    }

    internal static float[] Draw(Rng rng, long[] examples, uint restart, uint step, int width, Kind kind = Kind.Uniform)
    {
        var values = new float[examples.Length * width];
        Fill(rng, values, examples, restart, step, kind);
        return values;
    }

    internal static void Fill(Rng rng, float[] values, long[] examples, uint restart, uint step, Kind kind)
    {
        switch (kind)
        {
            case Kind.Uniform:
                rng.FillUniform(values, examples, restart, step);
                break;
            case Kind.Range:
                rng.FillUniform(values, examples, restart, step, (-0.3f, 0.7f));
                break;
            default:
                rng.FillNormal(values, examples, restart, step);
                break;
        }
    }
}
