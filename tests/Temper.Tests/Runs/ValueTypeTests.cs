using Temper.Errors;
using Temper.Threats;

namespace Temper.Tests.Runs;

public sealed class ValueTypeTests
{
    [Theory]
    [InlineData("8/255", 8.0 / 255, "8/255")]
    [InlineData("0.3", 0.3, "0.3")]
    [InlineData(" 0.30 ", 0.3, "0.30")]
    [InlineData("0", 0, "0")]
    [InlineData("1e-3", 0.001, "1e-3")]
    [InlineData("1.5/2.5", 0.6, "1.5/2.5")]
    public void A_budget_prints_as_written(string text, double value, string printed)
    {
        var epsilon = Epsilon.Parse(text);
        Assert.Equal(value, epsilon.Value);
        Assert.Equal(printed, epsilon.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-0.1")]
    [InlineData("-0")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("8/0")]
    [InlineData("-8/-255")]
    [InlineData("8/255/2")]
    [InlineData("8 / 255")]
    [InlineData("0,3")]
    [InlineData("1e300/1e-300")]
    [InlineData("rel:0.1")]
    public void Other_budgets_are_refused_with_a_sentence(string text)
    {
        var error = Assert.Throws<ThreatException>(() => Epsilon.Parse(text));
        Assert.Contains("such as 0.3 or 8/255", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Budgets_are_made_from_numbers_too()
    {
        Assert.Equal("8/255", Epsilon.Of255(8).ToString());
        Assert.Equal(Epsilon.Parse("8/255"), Epsilon.Of255(8));
        Assert.Equal(Epsilon.Parse("0.3"), Epsilon.Of(0.3));
        Assert.Equal("0", default(Epsilon).ToString());
        Assert.Throws<ThreatException>(() => Epsilon.Of(double.NaN));
        Assert.Throws<ThreatException>(() => Epsilon.Of(double.PositiveInfinity));
        Assert.Throws<ThreatException>(() => Epsilon.Of255(-1));
    }

    [Theory]
    [InlineData("0.01", 0.01)]
    [InlineData("2/255", 2.0 / 255)]
    [InlineData("rel:0.1", 0.03)]
    [InlineData("rel:1/4", 0.075)]
    [InlineData(" rel:1.25 ", 0.375)]
    public void A_step_is_absolute_or_relative(string text, double length)
    {
        var step = StepSize.Parse(text);
        Assert.Equal(length, step.For(Epsilon.Of(0.3)), 1e-15);
        Assert.Equal(text.Trim(), step.ToString());
        Assert.Equal(step, StepSize.Parse(step.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("rel:")]
    [InlineData("rel:0")]
    [InlineData("rel:-1")]
    [InlineData("rel: 0.1")]
    [InlineData("-0.1")]
    [InlineData("NaN")]
    [InlineData("1/0")]
    [InlineData("REL:0.1")]
    public void Other_steps_are_refused_with_a_sentence(string text)
    {
        var error = Assert.Throws<ConfigException>(() => StepSize.Parse(text));
        Assert.Contains("expected a step above 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_are_made_from_numbers_too()
    {
        Assert.Equal(StepSize.Parse("rel:0.25"), StepSize.Relative(0.25));
        Assert.Equal(StepSize.Parse("0.25"), StepSize.Absolute(0.25));
        Assert.NotEqual(StepSize.Absolute(0.25), StepSize.Relative(0.25));
        Assert.Throws<ConfigException>(() => StepSize.Absolute(0));
        Assert.Throws<ConfigException>(() => StepSize.Relative(double.NaN));
    }
}
