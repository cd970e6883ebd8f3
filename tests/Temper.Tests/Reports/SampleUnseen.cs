using System.Globalization;
using Temper.Evaluation.Unseen;
using Temper.Runs;

namespace Temper.Tests.Reports;

/// <summary>A made-up matrix of unseen threats.</summary>
internal static class SampleUnseen
{
    private static readonly string[] Corruptions =
    [
        "brightness",
        "contrast",
        "defocus-blur",
        "elastic-transform",
        "fog",
        "gaussian-noise",
        "jpeg",
    ];

    /// <summary>Searches along gradients are left out where the model is run through its scores.</summary>
    public static IReadOnlyList<UnseenRow> Rows(int n, string opened)
    {
        var blind = opened == ManifestModel.ScoresOnly;
        UnseenRow Searched(string family, string name, string setting, double share) =>
            blind
                ? new(family, name, setting, 0, 0, 0, 0, UnseenRow.NeedsGradients)
                : new(family, name, setting, n, (int)(n * share), n * 200, n * 180);
        UnseenRow Looked(string family, string name, string setting, double share) =>
            new(family, name, setting, n, (int)(n * share), n, 0);
        return
        [
            Looked(UnseenRow.Clean, UnseenRow.Clean, "", 0.98),
            Searched(UnseenRow.Norm, "l2", "2.1", 0.31),
            Searched(UnseenRow.Norm, "l1", "15", 0.22),
            Searched(UnseenRow.Norm, "l0", "24", 0.05),
            Searched(UnseenRow.Larger, "linf", "0.45", 0.02),
            Searched(UnseenRow.Larger, "linf", "0.6", 0),
            Looked(UnseenRow.Spatial, "rotation", "±10°", 0.95),
            Looked(UnseenRow.Spatial, "rotation", "±20°", 0.9),
            Looked(UnseenRow.Spatial, "rotation", "±30°", 0.7),
            Looked(UnseenRow.Spatial, "rotation+translation", "±30° ±10%", 0.1),
            Searched(UnseenRow.Patch, "square", "6×6", 0.4),
            .. Corruptions.SelectMany(
                (name, i) =>
                    Enumerable
                        .Range(1, 5)
                        .Select(severity =>
                            Looked(
                                UnseenRow.Corruption,
                                name,
                                severity.ToString(CultureInfo.InvariantCulture),
                                0.98 - (0.02 * i * severity)
                            )
                        )
            ),
        ];
    }
}
