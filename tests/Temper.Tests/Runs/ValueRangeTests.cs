using System.ComponentModel.DataAnnotations;
using Temper.Runs;

namespace Temper.Tests.Runs;

public sealed class ValueRangeTests
{
    [Range(1, 100_000)]
    public int Closed { get; init; }

    [Range(0, 0.5, MinimumIsExclusive = true)]
    public double Above { get; init; }

    [Range(0d, 1d, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double Open { get; init; }

    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double Below { get; init; }

    [Range(1, int.MaxValue)]
    public int From { get; init; }

    [Range(double.NegativeInfinity, -2d)]
    public double UpTo { get; init; }

    public double Any { get; init; }

    [Theory]
    [InlineData(nameof(Closed), "from 1 to 100000", new[] { 1.0, 100_000 }, new[] { 0.0, 100_001 })]
    [InlineData(nameof(Above), "above 0 up to 0.5", new[] { 1e-300, 0.5 }, new[] { 0.0, 0.51 })]
    [InlineData(nameof(Open), "above 0 and below 1", new[] { 0.5 }, new[] { 0.0, 1 })]
    [InlineData(nameof(Below), "from 0 to below 1", new[] { 0.0, 0.999 }, new[] { -1e-9, 1 })]
    [InlineData(nameof(From), "from 1", new[] { 1.0, int.MaxValue }, new[] { 0.0 })]
    [InlineData(nameof(UpTo), "up to -2", new[] { -2.0, -1e300 }, new[] { -1.9 })]
    public void Ranges_hold_and_read_as_words(string name, string words, double[] inside, double[] outside)
    {
        var range = ValueRange.Of(typeof(ValueRangeTests).GetProperty(name)!)!;
        Assert.Equal(words, range.ToString());
        Assert.All(inside, value => Assert.True(range.Contains(value)));
        Assert.All(outside, value => Assert.False(range.Contains(value)));
    }

    [Fact]
    public void No_attribute_is_no_range() =>
        Assert.Null(ValueRange.Of(typeof(ValueRangeTests).GetProperty(nameof(Any))!));
}
