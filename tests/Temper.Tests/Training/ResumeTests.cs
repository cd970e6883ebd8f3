using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;

namespace Temper.Tests.Training;

/// <summary>A training that is interrupted and resumed ends with the same bytes, with dropout, BatchNorm, average and optimizer state.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-resume").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("adam", "pgd")]
    [InlineData("sgd", "fast")]
    [InlineData("sgd-plain", "natural")]
    [InlineData("adam", "free")]
    public void Ends_with_the_same_bytes(string optimizer, string objective)
    {
        var whole = Train("whole", optimizer, objective, interruptAt: []);
        foreach (var step in (int[])[1, 7, 11, 13, 24, 32])
        {
            Assert.Equal(whole, Train($"cut-{step}", optimizer, objective, [step, step + 3]));
        }
    }

    /// <summary>The slower suite has every method alone, and within every wrapper.</summary>
    [Fact]
    public void All_wrappers_together_end_with_the_same_bytes()
    {
        var settings = new TinyRun.Settings("free").With("all").With("swa").With("mixup").With("extra").With("cosine");
        var whole = TinyRun.Train(Path.Combine(_folder, "whole"), settings, interruptAt: []);
        Assert.Equal(whole, TinyRun.Train(Path.Combine(_folder, "cut"), settings, [7, 18, 31]));
    }

    [Fact]
    public void Loses_no_tensors_over_many_steps()
    {
        using var run = new TinyRun(Path.Combine(_folder, "leak"), new("pgd") { Optimizer = "adam" });
        run.Go(resume: false, int.MaxValue);
        using (new LeakGuard())
        {
            run.Go(resume: false, int.MaxValue);
        }
    }

    private string Train(
        string name,
        string optimizer,
        string objective,
        int[] interruptAt,
        string threat = "linf:0.1"
    ) => TinyRun.Train(Path.Combine(_folder, name), new(objective) { Optimizer = optimizer }, interruptAt);
}
