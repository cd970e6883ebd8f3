using Temper.Threats;

namespace Temper.Workflow;

/// <summary>Names that stand for several attacks, run one after the other on the examples still standing.</summary>
/// <remarks>
/// Croce and Hein 2020, Reliable evaluation of adversarial robustness, section 5, with the settings of the authors' code: 100
/// steps, ρ = 0.75, nine target classes, 5,000 queries, 20 passes per step in <c>autoattack-rand</c>. <c>apgd-square</c> is
/// <c>autoattack</c> without FAB, and so does not bear the name. Under L1 APGD begins in larger balls, and has five restarts and five
/// target classes, as there (Croce and Hein 2021, Mind the box).
/// </remarks>
internal static class AttackLists
{
    private static readonly (string Key, string Value) LargeRadii = ("large-radii", "true");

    private static readonly ListMember ApgdCe = new("apgd-ce", "apgd", [("loss", "ce")])
    {
        UnderL1 = [("restarts", "5"), LargeRadii],
    };
    private static readonly ListMember ApgdDlr = new("apgd-dlr", "apgd", [("loss", "dlr")]) { UnderL1 = [LargeRadii] };
    private static readonly ListMember ApgdT = new("apgd-t", "apgd-t", []) { UnderL1 = [("targets", "5"), LargeRadii] };
    private static readonly ListMember Fab = new("fab", "fab", []);
    private static readonly ListMember FabT = new("fab-t", "fab-t", []);
    private static readonly ListMember Square = new("square", "square", []);

    /// <summary>Gets the lists by name.</summary>
    public static IReadOnlyDictionary<string, ListMember[]> All { get; } =
        new SortedDictionary<string, ListMember[]>(StringComparer.Ordinal)
        {
            ["apgd-square"] = [ApgdCe, ApgdT, Square],
            ["autoattack"] = [ApgdCe, ApgdT, FabT, Square],
            // Not AutoAttack: fewer targets and steps, and Square's whole schedule in fewer queries; chosen on validation images.
            ["autoattack-fast"] =
            [
                ApgdCe.With("restarts", "1"),
                ApgdT.With("targets", "3").With("steps", "50"),
                FabT.With("targets", "2").With("steps", "20"),
                Square.With("queries", "2150").With("rescale", "true"),
            ],
            ["autoattack-plus"] =
            [
                ApgdCe.With("restarts", "5"),
                ApgdDlr.With("restarts", "5"),
                Fab.With("restarts", "5"),
                Square,
                ApgdT,
                FabT,
            ],
            ["autoattack-rand"] = [ApgdCe.With("eot", "20"), ApgdDlr.With("eot", "20")],
        };

    /// <summary>One attack of a list.</summary>
    /// <param name="Name">Its name after that of the list and a dot.</param>
    /// <param name="Id">The attack's id.</param>
    /// <param name="Options">Options that differ from the attack's defaults.</param>
    internal sealed record ListMember(string Name, string Id, IReadOnlyList<(string Key, string Value)> Options)
    {
        /// <summary>Gets options that differ from these under L1.</summary>
        public IReadOnlyList<(string Key, string Value)> UnderL1 { get; init; } = [];

        /// <summary>The member as it is run under a threat.</summary>
        public ListMember Under(ThreatModel? threat) =>
            threat is L1Threat && UnderL1.Count > 0
                ? this with
                {
                    Options = [.. Options.Where(o => UnderL1.All(u => u.Key != o.Key)), .. UnderL1],
                }
                : this;

        /// <summary>The member with one more option, which stands under every threat.</summary>
        public ListMember With(string key, string value) =>
            this with
            {
                Options = [.. Options, (key, value)],
                UnderL1 = [.. UnderL1.Where(o => o.Key != key)],
            };
    }
}
