using static Temper.Tests.Evaluation.Unseen.Corrupted;
using static TorchSharp.torch;

namespace Temper.Tests.Evaluation.Unseen;

/// <summary>What corruptions do, where it can be said in a formula.</summary>
public sealed class CorruptionFormulaTests
{
    [Fact]
    public void Brightness_adds_a_constant_to_the_largest_channel_and_keeps_proportions()
    {
        float[] amounts = [0.05f, 0.1f, 0.15f, 0.2f, 0.3f];
        using var grey = Images(2, 1, 16);
        using var colour = full([1, 3, 8, 8], 0.2f);
        colour[0, 0].fill_(0.6f);
        colour[0, 1].fill_(0.3f);
        for (var severity = 1; severity <= 5; severity++)
        {
            var added = amounts[severity - 1];
            using var brighter = Corrupt("brightness", grey, severity);
            AssertClose(Values(grey).Select(v => Math.Min(1, v + added)), Values(brighter), 1e-6);
            using var tinted = Corrupt("brightness", colour, severity);
            var scale = (0.6f + added) / 0.6f;
            AssertClose(
                [0.6f * scale, 0.3f * scale, 0.2f * scale],
                [tinted[0, 0, 3, 3].item<float>(), tinted[0, 1, 3, 3].item<float>(), tinted[0, 2, 3, 3].item<float>()],
                1e-6
            );
        }
    }

    [Fact]
    public void Contrast_shrinks_towards_the_mean()
    {
        float[] shares = [0.75f, 0.5f, 0.4f, 0.3f, 0.15f];
        using var inputs = Images(1, 1, 20);
        var values = Values(inputs);
        var mean = values.Average();
        for (var severity = 1; severity <= 5; severity++)
        {
            using var flat = Corrupt("contrast", inputs, severity);
            AssertClose(values.Select(v => mean + (shares[severity - 1] * (v - mean))), Values(flat), 1e-6);
        }
    }

    [Fact]
    public void Noise_has_the_published_moments()
    {
        using var inputs = full([64, 1, 32, 32], 0.5f);
        var n = 64 * 1024.0;
        float[] deviations = [0.04f, 0.06f, 0.08f, 0.09f, 0.10f];
        float[] photons = [500, 250, 100, 75, 50];
        float[] amounts = [0.01f, 0.02f, 0.03f, 0.05f, 0.07f];
        for (var severity = 1; severity <= 5; severity++)
        {
            // Five standard errors each.
            var sigma = deviations[severity - 1];
            var (mean, spread) = Moments(Corrupt("gaussian-noise", inputs, severity));
            Assert.InRange(mean - 0.5, -5 * sigma / Math.Sqrt(n), 5 * sigma / Math.Sqrt(n));
            Assert.InRange(spread / sigma, 1 - (5 / Math.Sqrt(2 * n)), 1 + (5 / Math.Sqrt(2 * n)));

            sigma = (float)Math.Sqrt(0.5 / photons[severity - 1]);
            (mean, spread) = Moments(Corrupt("shot-noise", inputs, severity));
            Assert.InRange(mean - 0.5, -5 * sigma / Math.Sqrt(n), 5 * sigma / Math.Sqrt(n));
            Assert.InRange(spread / sigma, 1 - (6 / Math.Sqrt(2 * n)), 1 + (6 / Math.Sqrt(2 * n)));

            using var salted = Corrupt("impulse-noise", inputs, severity);
            var values = Values(salted);
            var half = amounts[severity - 1] / 2;
            var slack = 5 * Math.Sqrt(half / n);
            Assert.InRange(values.Count(v => v == 1) / n, half - slack, half + slack);
            Assert.InRange(values.Count(v => v == 0) / n, half - slack, half + slack);
            Assert.All(values, v => Assert.True(v is 0 or 0.5f or 1));
        }
    }

    [Theory]
    [InlineData("defocus-blur")]
    [InlineData("glass-blur")]
    [InlineData("motion-blur")]
    [InlineData("zoom-blur")]
    [InlineData("elastic-transform")]
    [InlineData("pixelate")]
    [InlineData("jpeg")]
    [InlineData("contrast")]
    public void A_constant_image_stays(string id)
    {
        // JPEG rounds the mean of a block to half a step of its table, of up to 20/8 levels.
        using var inputs = full([1, 3, 32, 32], 0.4f);
        for (var severity = 1; severity <= 5; severity++)
        {
            using var changed = Corrupt(id, inputs, severity);
            AssertClose(Values(inputs), Values(changed), id == "jpeg" ? 0.01 : 1e-5);
        }
    }

    [Fact]
    public void A_symmetric_blur_keeps_the_sum()
    {
        using var inputs = Images(1, 1, 32);
        for (var severity = 1; severity <= 5; severity++)
        {
            using var changed = Corrupt("defocus-blur", inputs, severity);
            Assert.Equal(Values(inputs).Sum(v => (double)v), Values(changed).Sum(v => (double)v), 1e-2);
        }
    }

    [Fact]
    public void Pixelate_takes_means_and_repeats_them()
    {
        // 0.75 of 8 is 6: boxes begin at ⌊4k/3 + ½⌋ = 0, 1, 3, 4, 5, 7, and pixel y shows box ⌊(y + ½) · 6/8⌋.
        int[] begins = [0, 1, 3, 4, 5, 7, 8];
        int[] shows = [0, 1, 1, 2, 3, 4, 4, 5];
        using var inputs = Images(1, 1, 8);
        using var changed = Corrupt("pixelate", inputs, 4);
        var (before, after) = (Values(inputs), Values(changed));
        for (var at = 0; at < 64; at++)
        {
            var (i, j) = (shows[at / 8], shows[at % 8]);
            var box =
                from y in Enumerable.Range(begins[i], begins[i + 1] - begins[i])
                from x in Enumerable.Range(begins[j], begins[j + 1] - begins[j])
                select before[(y * 8) + x];
            Assert.Equal(box.Average(), after[at], 1e-6);
        }
    }

    [Fact]
    public void Jpeg_keeps_a_plane_wave_of_one_coefficient_to_its_step()
    {
        // One cosine of amplitude 32 over 8 × 8: its coefficient is within half a step of the table's, others vanish.
        using var inputs = zeros(1, 1, 8, 8);
        for (var x = 0; x < 8; x++)
        {
            inputs[0, 0, TensorIndex.Colon, x] = (float)((128 + (32 * Math.Cos(((2 * x) + 1) * Math.PI / 16))) / 255);
        }
        using var changed = Corrupt("jpeg", inputs, 1);
        // Step 11 at quality 80 becomes 4; 2 of a coefficient are 2 · √(1/8) · √(2/8) ≈ 0.35 levels, and bytes are rounded twice.
        AssertClose(Values(inputs), Values(changed), (0.36 + 1.5) / 255);
    }

    private static (double Mean, double Spread) Moments(Tensor x)
    {
        using (x)
        {
            var values = Values(x);
            var mean = values.Average(v => (double)v);
            return (mean, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))));
        }
    }

    private static void AssertClose(IEnumerable<float> expected, IEnumerable<float> found, double slack) =>
        Assert.All(expected.Zip(found), p => Assert.InRange(p.Second, p.First - slack, p.First + slack));
}
