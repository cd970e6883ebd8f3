using CsCheck;
using Temper.Errors;

namespace Temper.Tests.Errors;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("steps", "steps", 0)]
    [InlineData("stepz", "steps", 1)]
    [InlineData("setps", "steps", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("ca", "abc", 3)]
    public void Distances(string left, string right, int expected)
    {
        Assert.Equal(expected, NearestName.Distance(left, right));
        Assert.Equal(expected, NearestName.Distance(right, left));
    }

    [Theory]
    [InlineData("stepz", "steps")]
    [InlineData("Step_Size", "step-size")]
    [InlineData("epoch", "epochs")]
    [InlineData("weight", "weight-decay")]
    [InlineData("zzz", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void Finds_what_was_meant(string name, string? expected) =>
        Assert.Equal(expected, NearestName.Find(name, ["steps", "step-size", "epochs", "weight-decay", "id"]));

    [Fact]
    public void The_list_stands_in_every_suggestion()
    {
        Assert.Equal("; did you mean 'steps'? valid: steps, start", NearestName.Suggest("stepz", ["steps", "start"]));
        Assert.Equal("; valid: steps, start", NearestName.Suggest("qqqqq", ["steps", "start"]));
        Assert.Equal("; none are valid here", NearestName.Suggest("a", []));
    }

    [Fact]
    public void Distance_is_bounded_by_lengths_and_zero_only_for_equals() =>
        Gen.Select(Gen.String[Gen.Char['a', 'c'], 0, 8], Gen.String[Gen.Char['a', 'c'], 0, 8])
            .Sample(
                (left, right) =>
                {
                    var distance = NearestName.Distance(left, right);
                    return distance == NearestName.Distance(right, left)
                        && distance >= Math.Abs(left.Length - right.Length)
                        && distance <= Math.Max(left.Length, right.Length)
                        && (distance == 0) == (left == right);
                },
                iter: 5000
            );
}
