using Temper.Errors;
using Temper.Evaluation.Health;
using Temper.Tests.Reports;

namespace Temper.Tests.Evaluation.Health;

public sealed class HealthFileTests
{
    [Fact]
    public void It_is_read_as_it_was_written()
    {
        using var folder = new Folder();
        HealthFile.Write(folder.File(HealthFile.Name), SampleHealth.Honest);
        var first = File.ReadAllBytes(folder.File(HealthFile.Name));
        var read = HealthFile.Read(folder.File(HealthFile.Name));
        Assert.Equivalent(SampleHealth.Honest, read, strict: true);
        HealthFile.Write(folder.File(HealthFile.Name), read);
        Assert.Equal(first, File.ReadAllBytes(folder.File(HealthFile.Name)));
    }

    [Fact]
    public void What_was_not_measured_is_left_out()
    {
        using var folder = new Folder();
        var bare = new ModelHealth
        {
            N = 4,
            Correct = 0,
            Forwards = 4,
            Gradients = 0,
        };
        HealthFile.Write(folder.File(HealthFile.Name), bare);
        Assert.DoesNotContain("scale", File.ReadAllText(folder.File(HealthFile.Name)), StringComparison.Ordinal);
        Assert.Null(HealthFile.Read(folder.File(HealthFile.Name)).Scale);
    }

    [Theory]
    [InlineData("\"schema\": 1", "\"schema\": 2", "schema: found 2, expected 1")]
    [InlineData("\"correct\": 250", "\"correct\": 257", "correct: found 257, expected a count from 0 to 256")]
    [InlineData("\"meanChange\": 0.01", "\"meanChange\": -1", "stability.meanChange: found -1")]
    [InlineData(
        "\"onlyPlain\": 0",
        "\"onlyPlain\": 1",
        "scale: both, onlyScaled, onlyPlain and neither are 251 in all"
    )]
    [InlineData("\"stability\"", "\"steadiness\"", "steadiness")]
    [InlineData("\"zero\": 0", "\"zero\": 251", "inputGradients[].zero: found 251")]
    public void What_cannot_be_is_refused(string from, string to, string expected)
    {
        using var folder = new Folder();
        var path = folder.File(HealthFile.Name);
        HealthFile.Write(path, SampleHealth.Honest);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
        var error = Assert.Throws<DataException>(() => HealthFile.Read(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_that_cannot_be_are_not_written()
    {
        using var folder = new Folder();
        var wrong = SampleHealth.Honest with { Flatness = new(256, double.NaN, 0, 0) };
        Assert.Throws<DataException>(() => HealthFile.Write(folder.File(HealthFile.Name), wrong));
        Assert.False(File.Exists(folder.File(HealthFile.Name)));
    }
}
