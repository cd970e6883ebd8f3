using Temper.Numerics;

namespace Temper.Tests.Numerics;

/// <summary>Vectorised rows against the same arithmetic written out value by value.</summary>
public sealed class WideRowsTests
{
    public static TheoryData<int> Widths => [0, 1, 7, 8, 9, 16, 31, 784];

    private static float[] Row(int width, string purpose)
    {
        var row = new float[width];
        new Rng(3).Fork(purpose).FillNormal(row, [0], 0, 0);
        return row;
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void SumsAreThoseOfALoop(int width)
    {
        var (a, b, c) = (Row(width, "a"), Row(width, "b"), Row(width, "c"));
        var square = a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Sum();
        Assert.Equal(square, WideRows.SquaredDistance(a, b), 1e-9);
        Assert.Equal(a.Sum(x => (double)x * x), WideRows.SquaredLength(a), 1e-9);
        Assert.Equal(a.Select((x, i) => x * ((double)c[i] - b[i])).Sum(), WideRows.InnerProduct(a, b, c), 1e-9);
        var largest = a.Zip(b, (x, y) => Math.Abs((double)x - y)).DefaultIfEmpty().Max();
        Assert.Equal(largest, WideRows.LargestDifference(a, b));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void MovesAreRoundedOnceAndStayInTheRange(int width)
    {
        var (a, b, noise) = (Row(width, "a"), Row(width, "b"), Row(width, "noise"));
        var into = new float[width];
        WideRows.Between(a, b, 0.3, (-1, 1), into);
        Assert.Equal(a.Select((x, i) => Math.Clamp((float)(x + (((double)b[i] - x) * 0.3)), -1, 1)), into);
        WideRows.Along(a, b, 0.7, (-1, 1), into);
        Assert.Equal(a.Select((x, i) => Math.Clamp((float)(x + (b[i] * 0.7)), -1, 1)), into);
        var expected = a.Select((x, i) => Math.Clamp((float)(x + (((double)b[i] - x) * 0.2) + (noise[i] * 0.4)), -1, 1))
            .ToArray();
        WideRows.Combine(a, b, 0.2, 0.4, (-1, 1), noise);
        Assert.Equal(expected, noise);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void DifferencesAreGatheredWithAndWithoutASign(int width)
    {
        var (a, b) = (Row(width, "a"), Row(width, "b"));
        var (sum, signed) = (new double[width], new double[width]);
        WideRows.Gather(a, b, isPositive: true, sum, signed);
        WideRows.Gather(a, b, isPositive: false, sum, signed);
        Assert.Equal(a.Select((x, i) => 2 * ((double)b[i] - x)), sum);
        Assert.Equal(new double[width], signed);
    }
}
