using MathNet.Numerics.Distributions;
using Temper.Certification.Smoothing;
using Temper.Errors;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using static TorchSharp.torch;

namespace Temper.Tests.Certification.Smoothing;

/// <summary>Smoothed linear classifiers, whose probabilities and radii are known.</summary>
public sealed class SmoothedClassifierTests
{
    private static readonly InputShape Shape = new(1, 1, 3);

    // The scores differ by 2·(w·x + b), w = (3, 0, 4)/10, b = −0.35: at x the signed distance is (w·x + b)/‖w‖ with ‖w‖ = 0.5.
    private static ModuleClassifier Linear() =>
        Toy.Linear(
            new float[,]
            {
                { 0.3f, 0, 0.4f },
                { -0.3f, 0, -0.4f },
            },
            [-0.35f, 0.35f],
            Shape
        );

    private static Tensor At(double distance)
    {
        // On the boundary at 0.5 each; moved along w/‖w‖ = (0.6, 0, 0.8).
        return tensor(new[] { (float)(0.5 + (0.6 * distance)), 0.5f, (float)(0.5 + (0.8 * distance)) }, [1, 1, 1, 3]);
    }

    private static SmoothingSettings Settings(double sigma = 0.25, int n = 1000, double alpha = 0.001) =>
        new()
        {
            Sigma = sigma,
            N = n,
            Alpha = alpha,
        };

    [Theory]
    [InlineData(0.25, 0.1)]
    [InlineData(0.25, -0.3)]
    [InlineData(0.5, 0.4)]
    public void The_radius_of_a_linear_classifier_is_its_distance(double sigma, double distance)
    {
        using var model = Linear();
        using var input = At(distance);
        var settings = Settings(sigma, 50_000);
        var found = new SmoothedClassifier(model, settings, new Rng(1), 5000).Certify(input, 3);
        var p = Normal.CDF(0, 1, Math.Abs(distance) / sigma);
        Assert.Equal(distance > 0 ? 0 : 1, found.Prediction);
        // Five standard deviations of the count, and the limit lies three and a bit below it.
        var deviation = Math.Sqrt(p * (1 - p) / settings.N);
        Assert.InRange((double)found.Count / settings.N, p - (5 * deviation), p + (5 * deviation));
        var slope = sigma / Normal.PDF(0, 1, Normal.InvCDF(0, 1, p));
        Assert.InRange(
            found.Radius,
            Math.Abs(distance) - (9 * deviation * slope),
            Math.Abs(distance) + (2 * deviation * slope)
        );
    }

    /// <summary>Over 4,000 examples at the same place each radius above the distance is wrong; more than α of them must not be.</summary>
    [Fact]
    public void Wrong_radii_are_no_more_than_alpha()
    {
        using var model = Linear();
        using var input = At(0.1);
        const double Alpha = 0.05;
        const int Trials = 4000;
        var smoothed = new SmoothedClassifier(model, Settings(0.25, 100, Alpha) with { N0 = 10 }, new Rng(2));
        var wrong = 0;
        for (var index = 0; index < Trials; index++)
        {
            var found = smoothed.Certify(input, index);
            wrong += found.Prediction == 1 || found.Radius > 0.1 ? 1 : 0;
        }
        // Expected at most 200; five standard deviations of a binomial count above it. The limit is exact, so it is no fraction of it either.
        Assert.InRange(wrong, 40, (Trials * Alpha) + (5 * Math.Sqrt(Trials * Alpha * (1 - Alpha))));
    }

    [Fact]
    public void Limits_are_exact()
    {
        // All of N: α^(1/N), in closed form; Cohen et al. print 0.9931 for N = 1000 and α = 0.001.
        var all = new SmoothedCertificate(4, 1000, Settings(1));
        Assert.Equal(Math.Pow(0.001, 1 / 1000.0), all.Probability, 1e-12);
        Assert.Equal(2.46, all.Radius, 0.01);
        Assert.Equal(all.Radius, Settings(1).LargestRadius);
        // The limit is the probability under which so many or more come out with probability α.
        var some = new SmoothedCertificate(4, 70, Settings(1, 100));
        Assert.Equal(0.001, 1 - Binomial.CDF(some.Probability, 100, 69), 1e-9);
    }

    [Fact]
    public void Abstains_where_the_limit_is_not_above_a_half()
    {
        using var model = Linear();
        using var boundary = At(0);
        var smoothed = new SmoothedClassifier(model, Settings(), new Rng(1));
        var found = smoothed.Certify(boundary, 5);
        Assert.Equal((SmoothedCertificate.Abstained, 0.0), (found.Prediction, found.Radius));
        Assert.InRange(found.Selected, 0, 1);
        Assert.Equal(SmoothedCertificate.Abstained, smoothed.Predict(boundary, 5));
        Assert.False(new SmoothedRow(5, found.Selected, found).HoldsAt(0));
        using var far = At(0.4);
        Assert.Equal(0, smoothed.Predict(far, 5));
    }

    [Fact]
    public void Predictions_follow_the_binomial_test()
    {
        // Two-sided p of 60 of 100 is 0.0569, of 61 is 0.0352.
        Assert.Equal(SmoothedCertificate.Abstained, SmoothedClassifier.Told([60, 40, 0], 0.05));
        Assert.Equal(0, SmoothedClassifier.Told([61, 39, 0], 0.05));
        Assert.Equal(2, SmoothedClassifier.Told([5, 0, 61], 0.05));
        Assert.Equal(SmoothedCertificate.Abstained, SmoothedClassifier.Told([0, 0], 0.05));
    }

    [Fact]
    public void Scores_that_are_not_numbers_vote_for_nothing()
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { float.NaN, 0, 0 },
                { 0, 0, 0 },
            },
            [0, 0],
            Shape
        );
        using var input = At(0);
        var found = new SmoothedClassifier(model, Settings(), new Rng(1)).Certify(input, 0);
        Assert.Equal((SmoothedCertificate.Abstained, 0), (found.Selected, found.Count));
    }

    [Fact]
    public void Noise_depends_on_the_example_and_its_purpose_alone()
    {
        using var model = Linear();
        using var input = At(0.1);
        var settings = Settings() with { N0 = 1000 };
        var one = new SmoothedClassifier(model, settings, new Rng(1), 1000);
        var other = new SmoothedClassifier(model, settings, new Rng(1), 7);
        // The other one is asked in another order, and after another prediction.
        var late = other.Certify(input, 9);
        other.Predict(input, 9);
        Assert.Equal(one.Certify(input, 8), other.Certify(input, 8));
        Assert.Equal(one.Certify(input, 9), late);
        Assert.NotEqual(one.Certify(input, 8).Count, late.Count);
        // Were the noise of both purposes one, a class selected by 1000 would be estimated by the same 1000.
        using var seen = new Seen(model);
        new SmoothedClassifier(seen, settings, new Rng(1), 1000).Certify(input, 8);
        Assert.NotEqual(seen.Inputs[0], seen.Inputs[1]);
    }

    [Theory]
    [InlineData(0.0, 1, 1, 0.5, "sigma")]
    [InlineData(double.NaN, 1, 1, 0.5, "sigma")]
    [InlineData(1.0, 0, 1, 0.5, "n0")]
    [InlineData(1.0, 1, 0, 0.5, "n:")]
    [InlineData(1.0, 1, 1, 1.0, "alpha")]
    public void Settings_out_of_range_are_refused(double sigma, int n0, int n, double alpha, string named) =>
        Assert.Contains(
            named,
            Assert
                .Throws<UsageException>(() =>
                    new SmoothingSettings
                    {
                        Sigma = sigma,
                        N0 = n0,
                        N = n,
                        Alpha = alpha,
                    }
                )
                .Message,
            StringComparison.Ordinal
        );

    private sealed class Seen(IClassifier inner) : IClassifier
    {
        public List<float[]> Inputs { get; } = [];
        public string Kind => inner.Kind;
        public int Classes => inner.Classes;
        public InputShape Input => inner.Input;
        public Temper.Threats.PixelRange Range => inner.Range;
        public Access Access => inner.Access;
        public Device Device => inner.Device;

        public Tensor Logits(Tensor x)
        {
            Inputs.Add(Temper.Numerics.Tensors.ToArray<float>(x));
            return inner.Logits(x);
        }

        public ModeScope Enter(Mode mode) => inner.Enter(mode);

        public void Dispose() { }
    }
}
