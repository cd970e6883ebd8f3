using Temper.Certification.Curves;
using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>Slopes, and multipliers of held units, that raise linear lower bounds, by projected gradient ascent with Adam.</summary>
/// <remarks>Xu et al. 2021, Fast and complete (α-CROWN); Wang et al. 2021, β-CROWN, for held units.</remarks>
internal sealed class SlopeSearch
{
    private const double FirstMoment = 0.9;
    private const double SecondMoment = 0.999;
    private const double Tiny = 1e-12;

    private readonly LinearPass _pass;
    private readonly NetworkBounds _known;
    private readonly List<Variable> _variables = [];
    private readonly Dictionary<int, (Tensor Lower, Tensor? Upper)> _slopes = [];
    private readonly Dictionary<int, Tensor> _signs;
    private readonly Dictionary<int, Tensor> _multipliers = [];

    /// <summary>Begins with the standard slopes, or given ones, and no multipliers.</summary>
    /// <param name="known">Bounds of what enters each curve.</param>
    /// <param name="owner">The example of each row.</param>
    /// <param name="signs">By step: 1 or −1 for units held on their side of 0, 0 for others; (P, shape).</param>
    /// <param name="begin">Slopes and multipliers (not signed) to begin with, by step; null for the standard ones.</param>
    /// <param name="until">The value the functions are of, where curves stand behind it; null for none.</param>
    public SlopeSearch(
        NetworkBounds known,
        Tensor owner,
        IReadOnlyDictionary<int, Tensor>? signs = null,
        RowChoice? begin = null,
        int? until = null
    )
    {
        (_known, _pass, _signs) = (known, new(known), new(signs ?? new Dictionary<int, Tensor>()));
        var end = until is { } value ? (known.Graph.MakerOf(value) ?? -1) + 1 : known.Graph.Steps.Count;
        for (var step = 0; step < end; step++)
        {
            if (known.Graph.Steps[step].Op is not CurveOp curve)
            {
                continue;
            }
            var lines = known.LinesOf(step);
            (Tensor Lower, Tensor? Upper) own = (
                lines.LowerSlope.index_select(0, owner),
                curve.HasUpperChoice ? lines.UpperSlope.index_select(0, owner) : null
            );
            if (begin?.Slopes.TryGetValue(step, out var given) is true)
            {
                own = (given.Lower.clone(), given.Upper?.clone());
            }
            _slopes[step] = (Add(own.Lower, curve.Range), own.Upper is { } upper ? Add(upper, curve.Range) : null);
            if (_signs.TryGetValue(step, out var sides))
            {
                var first = begin?.Fences.GetValueOrDefault(step)?.clone() ?? zeros_like(sides);
                _multipliers[step] = Add(first, (0, double.PositiveInfinity));
            }
        }
    }

    /// <summary>Gets the last slopes and the multipliers, which are not signed; detached.</summary>
    public RowChoice Choice =>
        new(
            _slopes.ToDictionary(s => s.Key, s => (s.Value.Lower.detach(), s.Value.Upper?.detach())),
            _multipliers.ToDictionary(m => m.Key, m => m.Value.detach())
        );

    /// <summary>Raises the bounds of functions of a value.</summary>
    /// <param name="rows">The functions.</param>
    /// <param name="value">The value.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="rate">The size of the first ones; it falls to a tenth.</param>
    /// <param name="enough">Told the best bounds so far; ends the search.</param>
    /// <param name="seen">Told the coefficients of the last pass.</param>
    /// <returns>The best bound of each row, float64 (P).</returns>
    public Tensor Raise(
        Coefficients rows,
        int value,
        int steps,
        double rate,
        Func<Tensor, bool>? enough = null,
        Action<int, Coefficients>? seen = null
    )
    {
        Tensor? best = null;
        for (var i = 0; i <= steps; i++)
        {
            using var scope = NewDisposeScope();
            using var withGrad = enable_grad();
            var least = _pass.Least(rows, value, new(_slopes, Fences()), seen: i == steps ? seen : null);
            var found = least.detach();
            best = (best is null ? found : maximum(best, found)).MoveToOuterDisposeScope();
            if (i == steps || enough?.Invoke(best) is true)
            {
                break;
            }
            var gradients = autograd.grad([least.sum()], [.. _variables.Select(v => v.Value)], allow_unused: true);
            using var noGrad = no_grad();
            var size = rate * Math.Pow(0.1, i / (double)Math.Max(1, steps));
            for (var v = 0; v < _variables.Count; v++)
            {
                if (gradients[v] is { } gradient && !gradient.IsInvalid)
                {
                    _variables[v].Step(gradient, size, i + 1);
                }
            }
        }
        return best!;
    }

    private Dictionary<int, Tensor> Fences() => _multipliers.ToDictionary(m => m.Key, m => m.Value * _signs[m.Key]);

    private Tensor Add(Tensor first, (double From, double To) range)
    {
        var value = first.detach().requires_grad_();
        _variables.Add(new(value, range));
        return value;
    }

    private sealed class Variable(Tensor value, (double From, double To) range)
    {
        private readonly Tensor _first = zeros_like(value).detach();
        private readonly Tensor _second = zeros_like(value).detach();

        public Tensor Value => value;

        public void Step(Tensor gradient, double size, int number)
        {
            using var scope = NewDisposeScope();
            _first.mul_(FirstMoment).add_(gradient, 1 - FirstMoment);
            _second.mul_(SecondMoment).addcmul_(gradient, gradient, 1 - SecondMoment);
            var mean = _first / (1 - Math.Pow(FirstMoment, number));
            var spread = (_second / (1 - Math.Pow(SecondMoment, number))).sqrt_().add_(Tiny);
            value.add_(mean.div_(spread), size).clamp_(range.From, range.To);
        }
    }
}
