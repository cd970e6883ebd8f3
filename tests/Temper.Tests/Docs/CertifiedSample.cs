using System.Text.Json.Nodes;
using Temper.Runs;
using Temper.Tests.Reports;
using Temper.Tests.Workflow;

namespace Temper.Tests.Docs;

/// <summary>The report of an evaluation that certified something.</summary>
internal static class CertifiedSample
{
    public static IEnumerable<string> Paths()
    {
        using var folder = new Folder();
        // Some certificates are withdrawn, so that the list has items.
        using var net = BoundedRuns.Net(1 << 21);
        BoundedRuns.Run(BoundedRuns.Request(folder.Path, net, "linf:0.1", CertifyKind.Ibp));
        return
        [
            .. FilesPageTests
                .Paths(JsonNode.Parse(File.ReadAllText(folder.File("report.json"))))
                .Where(path => path.StartsWith("lowerBound", StringComparison.Ordinal)),
        ];
    }
}
