using Temper.Evaluation;
using Temper.Runs;

namespace Temper.Reports;

/// <summary>Examples to look at: broken ones, the smallest perturbations found, survivors.</summary>
internal static class GallerySection
{
    /// <summary>Examples shown of each kind; the file may hold more.</summary>
    private const int Shown = 6;

    /// <summary>Tables take more room than pictures.</summary>
    private const int ShownTables = 2;

    public static Html Render(Report report)
    {
        if (report.Gallery is not { Items.Count: > 0 } gallery)
        {
            return Html.Empty;
        }
        var kinds = gallery.Items.ToLookup(i => i.Kind);
        var threat = report.Evidence.Manifest.Threat;
        var last = report.Evidence.Attacks is [.., var attack] ? attack.Name : "none";
        var groups = Html.Join([
            Group(
                report,
                gallery,
                "Broken",
                $"What an attack turned under {threat.Text}: a selection of what broke, not a sample of it.",
                [.. Mixed(kinds[GalleryKind.Broken])]
            ),
            Group(report, gallery, "Smallest perturbations found", Smallest(report), [.. kinds[GalleryKind.Smallest]]),
            Group(
                report,
                gallery,
                "Survivors",
                $"{(report.Evidence.Goal.IsTargeted ? "The goal was not reached by any" : "Still classified correctly after every")} attack; shown is the point at which the last attack, {last}, came closest by its own loss. Another attack may break them.",
                [.. kinds[GalleryKind.Survivor]]
            ),
        ]);
        return Html.Of(
            $"""
            <section aria-labelledby="gallery">
            <h2 id="gallery">Examples</h2>
            <div>
            <p class="note">{Key(gallery, threat)}</p>
            {groups}</div>
            </section>

            """
        );
    }

    private static string Key(Gallery gallery, ManifestThreat threat)
    {
        if (IsTable(gallery))
        {
            return "Rows of a table have no picture: listed are the columns that changed most, counted from 0.";
        }
        var scale = threat is { Norm: "linf", Epsilon: > 0 }
            ? $"black and white are a change of −{Figures.Budget(threat.Epsilon, threat)} and +{Figures.Budget(threat.Epsilon, threat)} (among the smallest, the largest change in that image)"
            : "black and white are the largest change in that image";
        var grey =
            gallery.Channels == 3 ? "mid-grey is no change, each colour channel by itself" : "mid-grey is no change";
        return $"Clean image, perturbation, perturbed image; below them stand the classes predicted for the first and the last. In the perturbation, {grey}; {scale}.";
    }

    private static string Smallest(Report report)
    {
        var steps = report.Curve.Count > 0 ? report.Curve[^1].Attack : "the attack";
        return $"From the curve above: points of {steps} at the smallest budgets that broke anything, each pulled back towards its clean example by bisection on the straight line while it stays wrong. Upper bounds on the distance to the nearest error, not that distance.";
    }

    private static Html Group(
        Report report,
        Gallery gallery,
        string title,
        string note,
        IReadOnlyList<GalleryItem> items
    )
    {
        var (shown, style) = IsTable(gallery) ? (ShownTables, "gallery tables") : (Shown, "gallery");
        return Html.When(
            items.Count > 0,
            () =>
                Html.Of(
                    $"""
                    <h3>{title}</h3>
                    <p class="note">{note}{(
                        items.Count > shown ? $" {shown} of the {items.Count} in {Gallery.FileName}." : ""
                    )}</p>
                    <div class="{style}">
                    {items.Take(shown).Select(item => Item(report, gallery, item))}</div>

                    """
                )
        );
    }

    /// <summary>One of each attack in turn, so that the first attack does not fill the page.</summary>
    private static IEnumerable<GalleryItem> Mixed(IEnumerable<GalleryItem> items) =>
        items
            .GroupBy(i => i.Attack, StringComparer.Ordinal)
            .SelectMany((group, order) => group.Select((item, place) => (item, place, order)))
            .OrderBy(i => i.place)
            .ThenBy(i => i.order)
            .Select(i => i.item);

    private static bool IsTable(Gallery gallery) => gallery is { Channels: 1, Height: 1 };

    private static Html Item(Report report, Gallery gallery, GalleryItem item)
    {
        var found = item.Budget is { } budget
            ? $", broken at ε {Figures.Budget(budget, report.Evidence.Manifest.Threat)}"
            : "";
        var caption = Html.Of(
            $"""<figcaption>#{item.Index}, class {Figures.Class(report, item.Label)} · {item.Attack} · distance {Figures.Small(item.Distance)}{found}</figcaption>"""
        );
        return Html.Of(
            $"""
            <figure>
            {(IsTable(gallery) ? ValueChanges.Render(report, item) : Triple(report, gallery, item))}
            {caption}
            </figure>

            """
        );
    }

    private static Html Triple(Report report, Gallery gallery, GalleryItem item)
    {
        var threat = report.Evidence.Manifest.Threat;
        double? full =
            threat is { Norm: "linf", Epsilon: > 0 } && item.Kind != GalleryKind.Smallest ? threat.Epsilon : null;
        var name = $"Example {item.Index}";
        var clean = Figures.Class(report, item.CleanPrediction);
        var perturbed = Figures.Class(report, item.AdversarialPrediction);
        var cleanAlt = $"{name}, clean: class {Figures.Class(report, item.Label)}, classified as {clean}";
        var adversarialAlt = $"{name}, perturbed: class {Figures.Class(report, item.Label)}, classified as {perturbed}";
        var wrong = Html.When(item.AdversarialPrediction != item.Label, () => new(" class=\"wrong\""));
        return Html.Of(
            $"""
            <div class="triple">
            {Image(gallery, item.Clean, cleanAlt)}
            {Image(gallery, Change(item, full), $"{name}, perturbation found by {item.Attack}")}
            {Image(gallery, item.Adversarial, adversarialAlt)}
            <p>{clean} → <span{wrong}>{perturbed}</span></p>
            </div>
            """
        );
    }

    private static Html Image(Gallery gallery, ReadOnlySpan<float> values, string alt)
    {
        var png = Png.DataUri(Png.FromPlanes(gallery.Channels, gallery.Height, gallery.Width, values));
        return Html.Of($"""<img src="{png}" width="{gallery.Width}" height="{gallery.Height}" alt="{alt}"/>""");
    }

    /// <summary>The change around mid-grey; full scale is the budget, or the image's own largest change.</summary>
    private static float[] Change(GalleryItem item, double? epsilon)
    {
        var change = item.Clean.Zip(item.Adversarial, (c, a) => (double)a - c).ToArray();
        var scale = epsilon ?? Math.Max(change.Max(Math.Abs), 1e-12);
        return Array.ConvertAll(change, d => (float)(0.5 + (0.5 * d / scale)));
    }
}
