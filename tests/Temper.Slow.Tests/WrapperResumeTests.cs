using Temper.Tests.Training.Contract;

namespace Temper.Slow.Tests;

/// <summary>Every method within every wrapper: a training that is cut in two ends with the bytes of one that was not.</summary>
public sealed class WrapperResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-wrapped").FullName;

    public static TheoryData<string> All() => [.. ContractObjectives.Ids];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
