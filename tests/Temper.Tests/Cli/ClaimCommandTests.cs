using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Runs;
using Temper.Serialization;
using Temper.Workflow;

namespace Temper.Tests.Cli;

/// <summary><c>temper claim verify</c>: what is whole passes, whatever was edited fails and is named.</summary>
public sealed class ClaimCommandTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Fact]
    public void What_a_run_leaves_is_verified()
    {
        var said = Tool.Run("claim", "verify", run.Folder, "--model", run.Folder).Succeeds().Output;
        Assert.EndsWith("verified\n", said, StringComparison.Ordinal);
        Assert.DoesNotContain("not checked", said, StringComparison.Ordinal);
        var ledger = LedgerCsv.Read(Path.Combine(run.Folder, "ledger.csv"));
        var broken = ledger.Count(r => r.BrokenBy is not (null or LedgerRow.Clean));
        Assert.True(broken > 0);
        Assert.Contains($"points ({broken}): scored again", said.ReplaceLineEndings(" "), StringComparison.Ordinal);
        var json = Tool.Run("claim", "verify", Path.Combine(run.Folder, "report.json"), "--json").Succeeds().Output;
        var node = JsonNode.Parse(json)!;
        Assert.True((bool)node["verified"]!);
        Assert.Contains(node["checks"]!.AsArray(), c => (string)c!["name"]! == "points.safetensors");
    }

    [Theory]
    [InlineData("ledger.csv", ",0.", ",0.1", "ledger.csv was changed")]
    [InlineData("report.json", "\"robust\": ", "\"robust\": 1", "robust: found 1")]
    [InlineData("report.html", "<h1>", "<h1>Very ", "report.html: line")]
    [InlineData("attempts.csv", "\n", "0\n", "attempts.csv was changed")]
    [InlineData("metrics.jsonl", "0.", "1.", "metrics.jsonl was changed")]
    public void An_edited_text_fails(string file, string old, string other, string said)
    {
        var folder = Copy();
        var path = Path.Combine(folder, file);
        var text = File.ReadAllText(path);
        var at = text.LastIndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{file} does not hold {old}");
        File.WriteAllText(path, text[..at] + other + text[(at + old.Length)..]);
        Refused(folder, said);
        if (file is "ledger.csv" or "attempts.csv" or "metrics.jsonl")
        {
            // A report made again from what was edited does not help.
            Tool.Run("report", folder).Succeeds();
            Refused(folder, said);
        }
    }

    [Theory]
    [InlineData("ledger.csv")]
    [InlineData("points.safetensors")]
    [InlineData("gallery.json")]
    [InlineData("report.json")]
    [InlineData("manifest.json")]
    public void A_file_that_is_cut_off_fails(string file)
    {
        var folder = Copy();
        var bytes = File.ReadAllBytes(Path.Combine(folder, file));
        File.WriteAllBytes(Path.Combine(folder, file), bytes[..(bytes.Length / 2)]);
        Refused(folder, file);
    }

    [Theory]
    [InlineData("points.safetensors", "points.safetensors is missing")]
    [InlineData("report.json", "report.json: the file is missing")]
    public void A_file_that_was_removed_fails(string file, string said)
    {
        var folder = Copy();
        File.Delete(Path.Combine(folder, file));
        Refused(folder, said);
    }

    [Fact]
    public void One_value_of_a_point_fails_and_sealed_anew_fails_by_the_model()
    {
        var folder = Copy();
        var path = Path.Combine(folder, "points.safetensors");
        var bytes = File.ReadAllBytes(path);
        // The highest byte of the last value: its sign and most of its exponent.
        bytes[^1] ^= 0x40;
        File.WriteAllBytes(path, bytes);
        Refused(folder, "points.safetensors was changed");
        SealAnew(folder);
        Tool.Run("claim", "verify", folder).Succeeds();
        Refused(folder, "outside of linf", run.Folder);
    }

    [Fact]
    public void A_clean_point_proves_nothing()
    {
        var folder = Copy();
        var path = Path.Combine(folder, "points.safetensors");
        var bytes = File.ReadAllBytes(path);
        var set = EvaluationData.Load(null, run.Folder, null);
        var last = BrokenPoints.Read(path).Indices[^1];
        var clean = new float[set.ValuesPerExample];
        set.Copy((int)last, clean);
        System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(clean).CopyTo(bytes.AsSpan(^(clean.Length * 4)..));
        File.WriteAllBytes(path, bytes);
        SealAnew(folder);
        Refused(folder, $"example {last}: its point does not break it", run.Folder);
    }

    [Fact]
    public void A_ledger_of_another_run_fails()
    {
        var folder = Copy();
        var other = run.Fresh();
        Tool.Run(Tool.Evaluate(run.Weights, other, "--quiet")).Succeeds();
        File.Copy(Path.Combine(other, "ledger.csv"), Path.Combine(folder, "ledger.csv"), overwrite: true);
        Refused(folder, "ledger.csv was changed");
    }

    [Fact]
    public void Another_model_fails_by_its_hash_and_its_evidence_under_our_name_by_its_scores()
    {
        var other = run.Changed(run.Weights, "other.safetensors", Mirrored);
        Refused(run.Folder, "SHA-256", other);
        var folder = run.Fresh();
        Tool.Run(Tool.Evaluate(other, folder, "--quiet")).Succeeds();
        Tool.Run("claim", "verify", folder, "--model", other).Succeeds();
        var path = Path.Combine(folder, "manifest.json");
        var manifest = RunManifest.Read(path);
        (manifest with { Model = manifest.Model with { Sha256 = Hashes.Sha256OfFile(run.Weights) } }).Write(path);
        SealAnew(folder);
        Tool.Run("claim", "verify", folder).Succeeds();
        Refused(folder, "clean predictions", run.Folder);
    }

    [Fact]
    public void Examples_picked_by_hand_fail()
    {
        var folder = Copy();
        var path = Path.Combine(folder, "manifest.json");
        var manifest = RunManifest.Read(path);
        var data = manifest.Data with { Selection = $"sample {manifest.Data.N} of {manifest.Data.Total}, seed 0" };
        (manifest with { Data = data }).Write(path);
        SealAnew(folder);
        Refused(folder, "selection: ledger.csv holds other examples");
    }

    [Theory]
    [InlineData("\"command\":\"train\"", "\"command\":\"train\",\"more\":1", "test-looks.jsonl:1")]
    [InlineData("{\"started\":\"2", "{\"started\":\"3", "this evaluation is no look there, look 1 in the manifest")]
    public void A_look_that_was_edited_fails(string old, string other, string said)
    {
        var folder = Copy();
        var path = Path.Combine(folder, RunFolder.TestLooks);
        File.WriteAllText(path, File.ReadAllText(path).Replace(old, other, StringComparison.Ordinal));
        Refused(folder, said);
    }

    [Fact]
    public void Looks_of_later_evaluations_leave_the_report_as_it_is()
    {
        var folder = Copy();
        Tool.Run(Tool.Evaluate(folder, run.Fresh(), "--quiet", "--limit", "20")).Succeeds();
        Assert.Equal(
            File.ReadAllLines(Path.Combine(run.Folder, RunFolder.TestLooks)).Length + 1,
            File.ReadAllLines(Path.Combine(folder, RunFolder.TestLooks)).Length
        );
        Tool.Run("claim", "verify", folder).Succeeds();
        File.Delete(Path.Combine(folder, RunFolder.TestLooks));
        var said = Tool.Run("claim", "verify", folder).Succeeds().Output;
        Assert.Contains("not checked  test-looks.jsonl", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_hashes_in_the_manifest_it_is_said_that_nothing_is_sealed()
    {
        var folder = Copy();
        var path = Path.Combine(folder, "manifest.json");
        (RunManifest.Read(path) with { Files = null }).Write(path);
        Tool.Run("report", folder).Succeeds();
        var said = Tool.Run("claim", "verify", folder).Succeeds().Output;
        Assert.Contains("not sealed", said, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_run_is_refused_by_name() =>
        Tool.Run("claim", "verify", run.Weights).Fails(ExitCode.Data, "best.safetensors", "report.json");

    private static void Refused(string folder, string said, string? model = null)
    {
        var result = Tool.Run([
            "claim",
            "verify",
            folder,
            .. (string[])(model is null ? [] : ["--model", model, "--data", "mnist"]),
            "--json",
        ]);
        Assert.Equal("", result.Error);
        Assert.Equal((int)ExitCode.NotVerified, result.Code);
        var node = JsonNode.Parse(result.Output)!;
        Assert.False((bool)node["verified"]!);
        var failed = node["checks"]!.AsArray().Where(c => (string)c!["outcome"]! == "failed");
        Assert.Contains(said, string.Join("\n", failed.Select(c => $"{c!["name"]}: {c["message"]}")));
    }

    /// <summary>What somebody does who edits evidence and covers it up.</summary>
    private static void SealAnew(string folder)
    {
        var path = Path.Combine(folder, "manifest.json");
        var manifest = RunManifest.Read(path);
        var files = manifest.Files!.Keys.ToDictionary(f => f, f => Hashes.Sha256OfFile(Path.Combine(folder, f)));
        (manifest with { Files = files }).Write(path);
        Tool.Run("report", folder).Succeeds();
    }

    /// <summary>Every weight with the other sign.</summary>
    private static byte[] Mirrored(byte[] file)
    {
        for (var at = 8 + (int)BitConverter.ToInt64(file); at < file.Length; at += 4)
        {
            file[at + 3] ^= 0x80;
        }
        return file;
    }

    private string Copy()
    {
        var copy = Directory.CreateDirectory(run.Fresh()).FullName;
        foreach (var file in Directory.EnumerateFiles(run.Folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }
        return copy;
    }
}
