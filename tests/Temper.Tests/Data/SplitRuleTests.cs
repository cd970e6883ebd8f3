using CsCheck;
using Temper.Data;
using Temper.Errors;

namespace Temper.Tests.Data;

public sealed class SplitRuleTests
{
    [Fact]
    public void The_parts_are_ascending_disjoint_and_cover_all() =>
        (
            from count in Gen.Int[2, 200]
            from validation in Gen.Int[1, count - 1]
            from permutation in Gen.Shuffle(Enumerable.Range(0, count).ToArray())
            select (count, validation, permutation)
        ).Sample(
            t =>
            {
                var (train, validation) = SplitRule.Split(t.count, t.validation, t.permutation);
                Assert.Equal(t.permutation[..t.validation].Order(), validation);
                Assert.Equal(train.Order(), train);
                Assert.Equal(Enumerable.Range(0, t.count), train.Concat(validation).Order());
            },
            iter: 500,
            threads: 1
        );

    [Fact]
    public void What_is_no_split_is_refused()
    {
        int[] all = [0, 1, 2];
        foreach (var validation in new[] { -1, 0, 3, 4 })
        {
            Assert.Contains(
                $"found {validation} of 3",
                Assert.Throws<UsageException>(() => SplitRule.Split(3, validation, all)).Message
            );
            Assert.Throws<UsageException>(() => SplitRule.Describe(3, validation, "any"));
        }
        foreach (var wrong in new int[][] { [0, 1], [0, 1, 1], [0, 1, 3], [0, 1, -1], [0, 1, 2, 2], [] })
        {
            Assert.Contains(
                "expected each of 3 exactly once",
                Assert.Throws<UsageException>(() => SplitRule.Split(3, 1, wrong)).Message
            );
        }
    }

    [Fact]
    public void The_rule_is_told_in_words() =>
        Assert.Equal(
            "validation = the first 5000 of the permutation of 60000 training examples (philox4x32-10/v1, seed 3, /split), training = the other 55000; both in canonical order",
            SplitRule.Describe(60000, 5000, "philox4x32-10/v1, seed 3, /split")
        );
}
