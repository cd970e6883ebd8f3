using CsCheck;
using Temper.Errors;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Threats;

public sealed class ThreatModelTests
{
    private static float[] Values(Tensor t) => Tensors.ToArray<float>(t);

    public sealed class Parse
    {
        [Theory]
        [InlineData("linf:0.3", "linf:0.3", 0.3)]
        [InlineData("linf:8/255", "linf:8/255", 8.0 / 255)]
        [InlineData("l2:1.5", "l2:1.5", 1.5)]
        [InlineData("L2:0", "l2:0", 0)]
        [InlineData("l1:10", "l1:10", 10)]
        [InlineData("L0:20", "l0:20", 20)]
        public void Reads_and_prints_the_text_form(string text, string printed, double value)
        {
            var threat = ThreatModel.Parse(text);
            Assert.Equal(printed, threat.Text);
            Assert.Equal(value, threat.Epsilon.Value);
        }

        [Theory]
        [InlineData("linf")]
        [InlineData("l3:1")]
        [InlineData("linf:-0.1")]
        [InlineData("linf:8")]
        [InlineData("linf:nan")]
        [InlineData("linf:1/0")]
        [InlineData("l2:1e999")]
        [InlineData("linf:8/255/2")]
        [InlineData("l1:-1")]
        [InlineData("l0:2.5")]
        [InlineData("l0:-1")]
        public void Refuses_what_makes_no_sense(string text) =>
            Assert.Throws<ThreatException>(() => ThreatModel.Parse(text));

        [Theory]
        [InlineData("lin:8/255", "linf")]
        [InlineData("l-1:3", "l1")]
        public void Suggests_the_norm_that_was_meant(string text, string norm) =>
            Assert.Contains(
                $"did you mean '{norm}'",
                Assert.Throws<ThreatException>(() => ThreatModel.Parse(text)).Message,
                StringComparison.Ordinal
            );

        [Fact]
        public void Suggests_255ths_for_a_budget_above_the_box() =>
            Assert.Contains(
                "8/255",
                Assert.Throws<ThreatException>(() => ThreatModel.Parse("linf:8")).Message,
                StringComparison.Ordinal
            );
    }

    public sealed class Check
    {
        [Fact]
        public void Says_that_data_looks_normalised()
        {
            using var x = tensor(
                new float[,]
                {
                    { -0.42f, 2.8f },
                }
            );
            var error = Assert.Throws<ThreatException>(() => ThreatModel.Parse("linf:0.3").Check(x));
            Assert.Contains("looks normalised", error.Message, StringComparison.Ordinal);
        }

        [Fact]
        public void Says_that_data_looks_like_bytes()
        {
            using var x = tensor(
                new float[,]
                {
                    { 0f, 255f },
                }
            );
            var error = Assert.Throws<ThreatException>(() => ThreatModel.Parse("linf:0.3").Check(x));
            Assert.Contains("bytes", error.Message, StringComparison.Ordinal);
        }

        [Fact]
        public void Refuses_an_L2_budget_larger_than_the_box()
        {
            using var x = zeros(2, 4);
            Assert.Throws<ThreatException>(() => ThreatModel.Parse("l2:2.1").Check(x));
            ThreatModel.Parse("l2:2").Check(x);
        }
    }

    public sealed class Project
    {
        private static readonly Gen<(float[] X, float[] C, double Eps)> Cases = Gen.Select(
            Gen.Float[-2, 3].Array[2],
            Gen.Float[0, 1].Array[2],
            Gen.Double[0, 1]
        );

        [Theory]
        [InlineData("linf")]
        [InlineData("l2")]
        [InlineData("l1")]
        public void Is_inside_idempotent_and_nearest_in_two_dimensions(string norm) =>
            Cases.Sample(
                c =>
                {
                    var threat = ThreatModel.Parse($"{norm}:{c.Eps:R}");
                    using var scope = NewDisposeScope();
                    var centre = tensor(c.C).view(1, 2);
                    var x = tensor(c.X).view(1, 2);
                    var once = threat.Project(x, centre);
                    var twice = threat.Project(once, centre);
                    Assert.True(threat.Contains(once, centre, slack: 0).Single());
                    Assert.True((once - twice).abs().max().item<float>() <= 2e-7f);
                    var found = Values(once);
                    var distance = Distance(found, c.X);
                    Assert.True(distance <= BruteForce(c.X, c.C, c.Eps, norm) + 1e-4, $"{distance}");
                },
                iter: 100
            );

        [Fact]
        public void L2_reaches_the_sphere_although_faces_are_active()
        {
            using var scope = NewDisposeScope();
            var threat = ThreatModel.Parse("l2:2");
            manual_seed(3);
            var centre = rand(50, 64);
            var x = centre + randn(50, 64);
            var projected = threat.Project(x, centre);
            var before = threat.Distance(x.clamp(0, 1), centre);
            var after = threat.Distance(projected, centre);
            // Either the box alone brought the point inside, or it lies on the sphere.
            var onSphere = after.gt(2 - 1e-5).logical_or(before.le(2));
            Assert.True(onSphere.all().item<bool>());
            Assert.True(threat.Contains(projected, centre, slack: 0).All(b => b));
        }

        private static double Distance(float[] a, float[] b) =>
            Math.Sqrt(a.Zip(b, (p, q) => (p - (double)q) * (p - (double)q)).Sum());

        private static double BruteForce(float[] x, float[] c, double eps, string norm)
        {
            // The nearest legal point lies on the boundary of ball ∩ box or is x itself; a fine polar and Cartesian grid finds it.
            var best = double.PositiveInfinity;
            for (var i = 0; i <= 400; i++)
            {
                for (var j = 0; j <= 400; j++)
                {
                    Try(c[0] - eps + (2 * eps * i / 400), c[1] - eps + (2 * eps * j / 400));
                }
            }
            return best + (2 * eps / 400);

            void Try(double p, double q)
            {
                p = Math.Clamp(p, 0, 1);
                q = Math.Clamp(q, 0, 1);
                var (u, v) = (Math.Abs(p - c[0]), Math.Abs(q - c[1]));
                if (
                    (
                        norm switch
                        {
                            "linf" => Math.Max(u, v),
                            "l1" => u + v,
                            _ => Math.Sqrt((u * u) + (v * v)),
                        }
                    )
                    <= eps + 1e-12
                )
                {
                    best = Math.Min(best, Math.Sqrt(((p - x[0]) * (p - x[0])) + ((q - x[1]) * (q - x[1]))));
                }
            }
        }
    }

    public sealed class Containment
    {
        [Theory]
        [InlineData("linf:0.3")]
        [InlineData("linf:8/255")]
        [InlineData("l2:1.5")]
        [InlineData("l2:0.1")]
        [InlineData("l1:2")]
        [InlineData("l1:1/3")]
        [InlineData("l0:4")]
        public void Projected_points_are_legal_in_float64(string text)
        {
            using var scope = NewDisposeScope();
            manual_seed(11);
            var threat = ThreatModel.Parse(text);
            var centre = rand(20_000, 25);
            var projected = threat.Project(centre + randn(20_000, 25).mul_(0.5), centre);
            Assert.All(threat.Contains(projected, centre, slack: 0), Assert.True);
        }
    }

    public sealed class SteepestStep
    {
        [Fact]
        public void Linf_moves_every_value_by_the_step()
        {
            using var scope = NewDisposeScope();
            var x = tensor(
                new float[,]
                {
                    { 0.5f, 0.5f, 0.5f },
                }
            );
            var g = tensor(
                new float[,]
                {
                    { -3f, 0f, 1e-20f },
                }
            );
            Assert.Equal([0.4f, 0.5f, 0.6f], Values(ThreatModel.Parse("linf:0.3").SteepestStep(x, g, 0.1)));
        }

        [Fact]
        public void L2_has_the_length_of_the_step_even_for_tiny_gradients_and_zero_for_none()
        {
            using var scope = NewDisposeScope();
            var x = zeros(3, 2);
            var g = tensor(
                new float[,]
                {
                    { 3e-30f, 4e-30f },
                    { 3f, -4f },
                    { 0f, 0f },
                }
            );
            var moved = Values(ThreatModel.Parse("l2:1").SteepestStep(x, g, 0.5));
            float[] expected = [0.3f, 0.4f, 0.3f, -0.4f, 0, 0];
            Assert.All(moved.Zip(expected), p => Assert.Equal(p.Second, p.First, 1e-6));
        }
    }
}
