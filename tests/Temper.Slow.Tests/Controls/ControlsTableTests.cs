using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Temper.Serialization;
using Temper.Tests.Docs;

namespace Temper.Slow.Tests.Controls;

/// <summary>The claims of kept evaluations: refused for the right reason where the network is broken on purpose, and for none where it is honest.</summary>
public sealed class ControlsTableTests
{
    private const string Folder = "docs/evidence/controls";

    private static readonly (string Folder, string What, string? Id)[] Networks =
    [
        ("overfitted", "trained on one step twice too long: catastrophic overfitting", "TMP130"),
        ("scaled", "scores multiplied by 1,000", "TMP137"),
        ("quantised", "input rounded to 8 levels", "TMP137"),
        ("kwta", "k-winners-take-all", "TMP138"),
        ("random", "noise on the input at every pass", "TMP144"),
        ("softmax", "probabilities for scores", "TMP145"),
        ("batch", "answers depend on the batch", "TMP146"),
        ("detached", "lets no gradient reach the input", "TMP137"),
        ("constant", "always one class", "TMP122"),
        ("overlap", "12 of 1,200 test images are training images too", "TMP113"),
        ("natural", "honest: mnist-net, naturally trained", null),
        ("fast-mnist-fgsm", "honest: Wong et al. 2020", null),
        ("advertorch-lenet5-adv", "honest: advertorch's LeNet-5, adversarially trained", null),
        ("wk17-mnist-conv", "honest: Wong and Kolter 2018, linf:0.1", null),
        ("lpd-mnist-mlp-01", "honest: Salman et al. 2019, linf:0.1", null),
        ("mnist-linf-pgd", "honest: Temper's own network, trained by PGD", null),
    ];

    public static TheoryData<string, string?> Cases() => [.. Networks.Select(n => (n.Folder, n.Id))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_control_is_refused_for_the_right_reason_and_an_honest_network_for_none(string folder, string? id)
    {
        Assert.SkipUnless(IsKept(folder), $"{Folder}/{folder} is not kept yet.");
        var report = Report(folder);
        var errors = Ids(report, "error").ToList();
        Assert.Equal(id is null ? "supported" : "refused", (string?)report["claim"]!["status"]);
        if (id is null)
        {
            Assert.Empty(errors);
        }
        else
        {
            Assert.Contains(id, errors);
        }
    }

    [Fact]
    public void The_table_is_made_from_the_reports()
    {
        var page = Repository.PathOf($"{Folder}/README.md");
        if (Environment.GetEnvironmentVariable("TEMPER_UPDATE_DOCS") == "1")
        {
            AtomicFile.WriteText(page, Text());
        }
        Assert.Equal(File.ReadAllText(page), Text());
    }

    private static string Text()
    {
        var text = new StringBuilder(
            """
            # Networks that are broken on purpose, and honest ones

            `temper evaluate MODEL --threat linf:0.3 --protocol standard --sample 1000 --threads 1`, 1,000 random MNIST test images, under
            linf:0.1 where the line says so; of the network that has trained on some, 1,000 of its own 1,200. The broken networks are those of
            `tests/Temper.Controls`. A claim is refused where a finding
            is an error. Each folder holds manifest and report.

            | network | clean | worst case, at most | claim | errors | warnings |
            |---|---:|---:|---|---|---|

            """
        );
        foreach (var (folder, what, _) in Networks.Where(n => IsKept(n.Folder)))
        {
            var report = Report(folder);
            text.Append(
                CultureInfo.InvariantCulture,
                $"| [{what}]({folder}) | {(double)report["clean"]!["rate"]! * 100:F1} % | {(double)report["worstCase"]!["rate"]! * 100:F1} % | {report["claim"]!["status"]} | {string.Join(", ", Ids(report, "error"))} | {string.Join(", ", Ids(report, "warning"))} |\n"
            );
        }
        return text.ToString();
    }

    private static bool IsKept(string folder) => Directory.Exists(Repository.PathOf($"{Folder}/{folder}"));

    private static JsonNode Report(string folder) =>
        JsonNode.Parse(File.ReadAllText(Repository.PathOf($"{Folder}/{folder}/report.json")))!;

    private static IEnumerable<string> Ids(JsonNode report, string severity) =>
        report["findings"]!
            .AsArray()
            .Where(f => (string?)f!["severity"] == severity)
            .Select(f => (string)f!["id"]!)
            .Distinct(StringComparer.Ordinal);
}
