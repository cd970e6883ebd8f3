using Temper.Tests.Training.Contract;

namespace Temper.Slow.Tests;

/// <summary>Every method alone and within every wrapper: a training that is cut in two ends with the bytes of one that was not.</summary>
public sealed class MethodResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-wrapped").FullName;

    public static TheoryData<string> All() => [.. ContractObjectives.Ids];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(All))]
    public void Every_method_ends_with_the_same_bytes(string objective)
    {
        // Those for several norms are pgd under one.
        var threat = ContractObjectives.Create(objective).TakesUnions ? "linf:0.1+l2:0.5+l1:2" : "linf:0.1";
        var settings = new TinyRun.Settings(objective) { Threat = threat };
        var whole = TinyRun.Train(Path.Combine(_folder, "whole"), settings, interruptAt: []);
        Assert.Equal(whole, TinyRun.Train(Path.Combine(_folder, "cut"), settings, [7, 18, 31]));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_wrapper_ends_with_the_same_bytes(string objective)
    {
        foreach (
            var name in (IEnumerable<string>)[.. ContractWrappers.Names, "swa", "mixup", "cutmix", "extra", "cosine"]
        )
        {
            var settings = new TinyRun.Settings(objective).With(name);
            var whole = TinyRun.Train(Path.Combine(_folder, name + "-whole"), settings, interruptAt: []);
            Assert.True(
                whole == TinyRun.Train(Path.Combine(_folder, name + "-cut"), settings, [18]),
                $"{objective} within {name}"
            );
        }
    }
}
