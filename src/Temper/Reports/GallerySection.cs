using Temper.Evaluation;

namespace Temper.Reports;

/// <summary>Broken examples: clean, perturbation, adversarial.</summary>
internal static class GallerySection
{
    public static Html Render(Report report)
    {
        if (report.Gallery is not { Items.Count: > 0 } gallery)
        {
            return Html.Empty;
        }
        var threat = report.Evidence.Manifest.Threat;
        var byPixel = threat is { Norm: "linf", Epsilon: > 0 };
        var scale = byPixel
            ? $"black and white are a change of −{Figures.Short(threat.Epsilon)} and +{Figures.Short(threat.Epsilon)}"
            : "black and white are the largest change in that image";
        var items = gallery.Items.Select(item => Item(gallery, item, byPixel ? threat.Epsilon : null));
        return Html.Of(
            $"""
            <section aria-labelledby="gallery">
            <h2 id="gallery">Broken examples</h2>
            <div>
            <p class="note">Clean image, perturbation, adversarial image; below an image stands the class predicted for it. In the perturbation, mid-grey is no change; {scale}. A selection of what broke, not a sample of it.</p>
            <div class="gallery">
            {items}</div>
            </div>
            </section>

            """
        );
    }

    private static Html Item(Gallery gallery, GalleryItem item, double? epsilon)
    {
        var name = $"Example {item.Index}";
        var cleanAlt = $"{name}, clean: class {item.Label}, classified as {item.CleanPrediction}";
        var adversarialAlt = $"{name}, adversarial: class {item.Label}, classified as {item.AdversarialPrediction}";
        return Html.Of(
            $"""
            <figure>
            <div class="triple">
            {Image(gallery, item.Clean, cleanAlt)}
            {Image(gallery, Change(item, epsilon), $"{name}, perturbation found by {item.Attack}")}
            {Image(gallery, item.Adversarial, adversarialAlt)}
            <span>{item.CleanPrediction}</span><span></span><span class="wrong">{item.AdversarialPrediction}</span>
            </div>
            <figcaption>#{item.Index}, class {item.Label} · {item.Attack} · distance {item.Distance:0.####}</figcaption>
            </figure>

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
