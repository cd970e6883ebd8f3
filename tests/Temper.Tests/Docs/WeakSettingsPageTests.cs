using System.Text.RegularExpressions;
using Temper.Workflow.Weaknesses;

namespace Temper.Tests.Docs;

/// <summary>docs/weak-settings.md names every row of the table, in its order, and whether it refuses.</summary>
public sealed partial class WeakSettingsPageTests
{
    [Fact]
    public void Names_every_rule() =>
        Assert.Equal(
            WeaknessTable.Rules.Select(r => (r.Id, r.Refuses ? "refuses" : "warns")),
            Row().Matches(Repository.Read("docs/weak-settings.md")).Select(m => (m.Groups[1].Value, m.Groups[2].Value))
        );

    [GeneratedRegex("^\\| `([a-z-]+)` \\| (refuses|warns) \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
