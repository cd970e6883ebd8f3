using Temper.Errors;
using Temper.Runs;

namespace Temper.Tests.Reports;

public sealed class RunManifestTests
{
    [Fact]
    public void Round_trips_to_the_same_text()
    {
        using var folder = new Folder();
        new SampleRun { Twin = "natural" }
            .Manifest()
            .Write(folder.File("a.json"));
        RunManifest.Read(folder.File("a.json")).Write(folder.File("b.json"));
        var text = File.ReadAllText(folder.File("a.json"));
        Assert.Equal(text, File.ReadAllText(folder.File("b.json")));
        Assert.StartsWith(
            "{\n  \"schema\": 1,\n  \"kind\": \"evaluate\",\n  \"started\": \"2026-03-09T14:05:00+00:00\",",
            text,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("\r", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_that_has_only_begun_reads_back()
    {
        using var folder = new Folder();
        var begun = new SampleRun().Manifest();
        (begun with { Training = begun.Training! with { BestEpoch = null } }).Write(folder.File("a.json"));
        Assert.Null(RunManifest.Read(folder.File("a.json")).Training!.BestEpoch);
    }

    [Fact]
    public void Times_are_written_in_utc()
    {
        using var folder = new Folder();
        var local = new DateTimeOffset(2026, 3, 9, 16, 5, 0, TimeSpan.FromHours(2));
        (new SampleRun().Manifest() with { Started = local }).Write(folder.File("a.json"));
        Assert.Contains("2026-03-09T14:05:00+00:00", File.ReadAllText(folder.File("a.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"schema\": 1", "\"schema\": 2", "schema: found 2")]
    [InlineData("\"kind\": \"evaluate\"", "\"kind\": \"guess\"", "kind: found 'guess'")]
    [InlineData("\"kind\": \"evaluate\",", "", "kind")]
    [InlineData("\"kind\": \"evaluate\"", "\"kind\": null", "kind")]
    [InlineData("\"seed\": 0", "\"seed\": -1", "$.seed")]
    [InlineData("\"seed\": 0", "\"sede\": 0", "sede")]
    [InlineData("\"threads\": 2", "\"threads\": 2, \"threads\": 3", "threads")]
    [InlineData("\"epsilon\": 0.3", "\"epsilon\": -0.3", "threat.epsilon")]
    [InlineData("\"selection\": \"all\"", "\"selection\": \"some\"", "found 'some'")]
    [InlineData("\"selection\": \"all\"", "\"selection\": \"first 5\"", "disagrees")]
    [InlineData("\"selection\": \"all\"", "\"selection\": \"sample 10000 of 9, seed 1\"", "disagrees")]
    [InlineData("\"total\": 10000", "\"total\": 60000", "disagrees")]
    [InlineData("\"name\": \"pgd-margin\"", "\"name\": \"pgd\"", "'pgd' is empty, taken")]
    [InlineData("\"name\": \"pgd-margin\"", "\"name\": \"clean\"", "'clean'")]
    [InlineData("\"twin\": \"natural\"", "\"twin\": \"../else\"", "sub-folder")]
    [InlineData("\"twin\": \"natural\"", "\"twin\": \"..\"", "sub-folder")]
    public void Damage_is_named(string from, string to, string says)
    {
        using var folder = new Folder();
        var path = folder.File("manifest.json");
        new SampleRun { Twin = "natural" }
            .Manifest()
            .Write(path);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
        var error = Assert.Throws<DataException>(() => RunManifest.Read(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Selections_read_what_they_write()
    {
        foreach (
            var selection in new[]
            {
                DataSelection.All(10),
                DataSelection.First(3, 10),
                DataSelection.Sample(4, 10, ulong.MaxValue),
            }
        )
        {
            Assert.Equal(selection, DataSelection.Parse(selection.Text, selection.Count, selection.Total));
        }
        Assert.Throws<DataException>(() => DataSelection.Parse("first 99999999999", 1, 1));
        Assert.Throws<DataException>(() => DataSelection.Parse("first 3\n", 3, 10));
        Assert.Throws<DataException>(() => DataSelection.Parse("first 0", 0, 10));
    }
}
