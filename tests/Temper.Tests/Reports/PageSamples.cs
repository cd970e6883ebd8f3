using Temper.Evaluation;
using Temper.Runs;

namespace Temper.Tests.Reports;

/// <summary>Made-up runs on other things than grey digits.</summary>
internal static class PageSamples
{
    /// <summary>Rows of four columns.</summary>
    public static SampleRun Table { get; } =
        new()
        {
            Selection = DataSelection.Sample(2000, 10_000, 1),
            Noun = "rows",
            Threat = new("l2:0.6", "l2", 0.6),
            Curve = 500,
            Pictured = new(
                1,
                1,
                4,
                [
                    Item([0.1f, 0.5f, 0.2f, 0.9f], [0.35f, 0.5f, 0.2f, 0.4f], GalleryKind.Broken),
                    Item([0.3f, 0.5f, 0.2f, 0.9f], [0.3f, 0.5f, 0.25f, 0.9f], GalleryKind.Smallest),
                    Item([0.7f, 0.5f, 0.2f, 0.9f], [0.7f, 0.5f, 0.2f, 0.9f], GalleryKind.Survivor),
                ]
            ),
        };

    /// <summary>Colour images of which a model is known by its scores alone.</summary>
    public static SampleRun Colour { get; } =
        new()
        {
            Selection = DataSelection.Sample(2000, 10_000, 1),
            Threat = new("linf:8/255", "linf", 8 / 255.0),
            Variant = "JPEG-decoded",
            ClassNames = [.. Enumerable.Range(0, 10).Select(i => $"kind{i}")],
            Opened = ManifestModel.ScoresOnly,
            Unseen = 256,
            Notes = ["It was attacked through its scores only."],
            Curve = 500,
            Pictured = new(
                3,
                2,
                2,
                [
                    Item(
                        [.. Enumerable.Range(0, 12).Select(i => i / 12f)],
                        [.. Enumerable.Range(0, 12).Select(i => (i / 12f) + 0.03f)],
                        GalleryKind.Broken
                    ),
                ]
            ),
        };

    private static GalleryItem Item(float[] clean, float[] perturbed, GalleryKind kind) =>
        new(7, 1, 1, kind == GalleryKind.Survivor ? 1 : 2, "pgd", 0.5, clean, perturbed)
        {
            Kind = kind,
            Budget = kind == GalleryKind.Smallest ? 0.15 : null,
        };
}
