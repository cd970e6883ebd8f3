using System.Text.RegularExpressions;
using Temper.Errors;

namespace Temper.Tests.Structure;

/// <summary>Which folder of the library may use which; everything may use Errors, which uses nothing.</summary>
public sealed partial class ArrowTests
{
    private const string Everything = "*";

    /// <summary>Folder → folders it may use. A colon limits the arrow to the types named.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Errors"] = [],
        ["Numerics"] = ["Errors"],
        ["Serialization"] = ["Errors"],
        ["Threats"] = ["Errors", "Numerics"],
        ["Losses"] = ["Errors", "Numerics"],
        ["Models"] = ["Errors", "Numerics", "Threats", "Losses", "Serialization", "Runs:Component"],
        ["Data"] = ["Errors", "Numerics", "Serialization"],
        ["Attacks"] = ["Errors", "Numerics", "Threats", "Models", "Losses", "Data", "Runs:Component+Catalogue"],
        ["Certification"] = ["Errors", "Numerics", "Threats", "Models", "Evaluation:Interval+CsvTable+CsvLine"],
        ["Training"] =
        [
            "Errors",
            "Numerics",
            "Threats",
            "Models",
            "Losses",
            "Data",
            "Attacks",
            "Serialization",
            "Runs:Component+Guidance",
        ],
        ["Evaluation"] =
        [
            "Errors",
            "Numerics",
            "Threats",
            "Models",
            "Losses",
            "Data",
            "Attacks",
            "Serialization",
            "Runs",
        ],
        ["Runs"] = ["Errors", "Serialization", "Threats"],
        ["Reports"] = ["Errors", "Evaluation", "Runs", "Serialization"],
        ["Bench"] =
        [
            "Errors",
            "Numerics",
            "Threats",
            "Losses",
            "Models",
            "Data",
            "Attacks",
            "Training",
            "Serialization",
            "Runs",
        ],
        ["Workflow"] = [Everything],
    };

    /// <summary>Folders that compute nothing and can be used, and tested, where libtorch does not load.</summary>
    private static readonly string[] WithoutTensors = ["Errors", "Serialization", "Runs", "Reports"];

    private static readonly Dictionary<string, string[]> TypesOf = typeof(TemperException)
        .Assembly.GetTypes()
        .Where(type => type.Namespace?.StartsWith("Temper.", StringComparison.Ordinal) == true && !type.IsNested)
        .GroupBy(type => type.Namespace!.Split('.')[1], StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.Select(t => Bare(t.Name)).ToArray(), StringComparer.Ordinal);

    [Fact]
    public void Every_folder_has_its_arrows()
    {
        Assert.SkipWhen(Sources.Root is null, "The tests run apart from the sources.");
        var folders = Directory.GetDirectories(Path.Combine(Sources.Root!, "src", "Temper")).Select(Path.GetFileName);
        Assert.Equal(
            Allowed.Keys.Order(StringComparer.Ordinal),
            folders.Where(f => f is not ("obj" or "bin")).Order(StringComparer.Ordinal)!
        );
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Uses_only_what_its_arrows_allow(string folder)
    {
        var problems = new List<string>();
        foreach (var file in Sources.CSharp($"src/Temper/{folder}"))
        {
            var code = Sources.Code(file);
            foreach (var other in Used(code).Where(other => other != folder))
            {
                var arrow = Allowed[folder].FirstOrDefault(a => a == Everything || a.Split(':')[0] == other);
                if (arrow is null)
                {
                    problems.Add($"{Sources.Short(file)} uses {other}");
                }
                else if (arrow.Split(':') is [_, var types])
                {
                    var found = Mentioned(code, other).Except(types.Split('+'));
                    problems.AddRange(found.Select(type => $"{Sources.Short(file)} uses {other}.{type}"));
                }
            }
        }
        Assert.Equal([], problems);
    }

    [Fact]
    public void Folders_without_tensors_do_not_name_TorchSharp() =>
        Assert.Equal(
            [],
            WithoutTensors
                .SelectMany(folder => Sources.CSharp($"src/Temper/{folder}"))
                .Where(file => Tensors().IsMatch(Sources.Code(file)))
                .Select(Sources.Short)
        );

    [Fact]
    public void The_command_line_is_used_by_nothing() =>
        Assert.Equal(
            [],
            Sources.CSharp("src/Temper").Where(file => CommandLine().IsMatch(Sources.Code(file))).Select(Sources.Short)
        );

    [Fact]
    public void The_library_does_without_onnxruntime() =>
        Assert.DoesNotContain(
            typeof(TemperException).Assembly.GetReferencedAssemblies(),
            name => name.Name!.Contains("Onnx", StringComparison.OrdinalIgnoreCase)
        );

    [Fact]
    public void The_check_sees_arrows()
    {
        Assert.Equal(
            ["Models", "Runs"],
            Used("using static Temper.Models.Mode;\nvar x = Runs.Catalogue.Of(y);").Order()
        );
        Assert.Equal(["Data"], Used("using Temper.Data;\nvar x = manifest.Data.Selection;"));
        Assert.Equal(["Models"], Used("var x = Temper.Models.Mode.Train;"));
        Assert.Equal(["Component"], Mentioned("[Component(\"x\", 1)]", "Runs"));
    }

    public static TheoryData<string> Folders() => [.. Allowed.Keys];

    /// <summary>The folders whose namespaces a file uses, by a using line or by a qualified name.</summary>
    private static IEnumerable<string> Used(string code) =>
        TypesOf.Keys.Where(folder =>
            Regex.IsMatch(code, $@"\bTemper\.{folder}\b", RegexOptions.None, Patience)
            || Regex.IsMatch(code, $@"(?<![\w.]){folder}\.({Any(folder)})\b", RegexOptions.None, Patience)
        );

    /// <summary>The types of a folder that a file names.</summary>
    private static IEnumerable<string> Mentioned(string code, string folder) =>
        Regex
            .Matches(code, $@"(?<![\w.""])(?:(?:Temper\.)?{folder}\.)?({Any(folder)})\b", RegexOptions.None, Patience)
            .Select(match => match.Groups[1].Value)
            .Distinct();

    private static string Any(string folder) => string.Join('|', TypesOf[folder]);

    private static TimeSpan Patience { get; } = TimeSpan.FromSeconds(5);

    private static string Bare(string name)
    {
        var bare = name.Split('`')[0];
        return bare.EndsWith("Attribute", StringComparison.Ordinal) ? bare[..^"Attribute".Length] : bare;
    }

    // A property of that name, which tells the version, is none.
    [GeneratedRegex(@"(using|static)\s+TorchSharp|(?<![\w.])TorchSharp\.")]
    private static partial Regex Tensors();

    [GeneratedRegex(@"\bTemper\.Cli\b|\bSpectre\b|System\.CommandLine")]
    private static partial Regex CommandLine();
}
