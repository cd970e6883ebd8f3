using Temper.Certification;
using Temper.Certification.Curves;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Certification;

/// <summary>What searches go by is the bound itself up to float32, and its slope.</summary>
public sealed class DualPassTests
{
    [Theory]
    [InlineData("linf:0.1")]
    [InlineData("l2:0.2")]
    public void It_is_the_linear_pass_with_its_gradient(string threat)
    {
        var (curves, held) = (new HashSet<string>(), 0L);
        for (var seed = 0; seed < 24; seed++)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            using var model = Nets.Random(seed);
            using var certifier = Certifier.Of(model);
            var (graph, shape) = (certifier.Graph, model.Input);
            var x = rand(1, shape.Channels, shape.Height, shape.Width);
            var known = NetworkBounds.Run(graph, InputSet.Of(ThreatModel.Parse(threat), x), refine: true);
            var units = CurveUnits.Of(known);
            if (units.Count == 0)
            {
                continue;
            }
            var rows = Temper.Certification.Margins.All([0], certifier.Classes).Functions(certifier.Classes);
            var count = rows.Owner.shape[0];
            var (least, most) = (units.Range(most: false), units.Range(most: true));
            var knee = cat([.. units.Parts.Select(p => full([p.Count], p.Op is KneeCurve ? 1f : 0f))], 0);
            // Multipliers of units that are not held: the arithmetic is the same, and here nothing rests on the bound.
            var sides = randint(-1, 2, [count, units.Count]).to(ScalarType.Float32) * knee;
            Tensor Slopes() => least + ((most - least) * (0.2 + (0.6 * rand(count, units.Count))));
            var choice = new RowChoice(units, Slopes(), Slopes(), 0.1 * rand(count, units.Count) * sides);
            var gradient = new RowChoice(
                units,
                zeros_like(choice.Below),
                zeros_like(choice.Below),
                zeros_like(choice.Below)
            );
            var pass = new LinearPass(known);
            Tensor Exact(RowChoice c) => pass.Least(rows, graph.Output, c.To(ScalarType.Float64));
            var found = new DualPass(known, rows.Owner, units, sides).Least(
                rows.Values.to(ScalarType.Float32),
                graph.Output,
                choice,
                gradient
            );
            var exact = Exact(choice);
            Assert.True((found - exact).abs().max().item<double>() < 1e-4 * (1 + exact.abs().max().item<double>()));
            // A small step along the gradient gains its squared length.
            var (below, above, fences) = (gradient.Below, gradient.Above!, gradient.Fences!);
            var square = (below.square().sum() + above.square().sum() + fences.square().sum()).item<float>();
            if (square < 1e-6)
            {
                continue;
            }
            var step = 1e-5 / Math.Sqrt(square);
            var here = choice.To(ScalarType.Float64);
            RowChoice Moved(double by) =>
                new(
                    units,
                    here.Below + (below.to(ScalarType.Float64) * by),
                    here.Above! + (above.to(ScalarType.Float64) * by),
                    here.Fences! + ((fences * sides).to(ScalarType.Float64) * by)
                );
            var gain = (Exact(Moved(step)) - Exact(Moved(-step))).sum().item<double>() / (2 * step);
            Assert.InRange(gain / square, 0.98, 1.02);
            curves.UnionWith(units.Parts.Where(p => p.Count > 0).Select(p => p.Op.GetType().Name));
            held += sides.count_nonzero().item<long>();
        }
        Assert.Equal(3, curves.Count);
        Assert.True(held > 100);
    }
}
