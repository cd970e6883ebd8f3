using System.Diagnostics;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Certification.Branching;

/// <summary>
/// Splits the set of one example where a unit may be on or off, the part with the least bound first, until every part is proved, a
/// counterexample is met, or the time is up. What is found holds at any time.
/// </summary>
/// <remarks>
/// Wang et al. 2021, Beta-CROWN; a unit to split is chosen by trying the few that give away most (De Palma et al. 2021, filtered smart
/// branching).
/// </remarks>
internal sealed class BranchAndBound : IDisposable
{
    private const int RootSteps = 60;
    private const int Steps = 12;
    private const int LastSteps = 300;
    private const double RootRate = 0.2;
    private const double Rate = 0.1;
    private const int Tried = 4;
    private const int MostTogether = 64;

    // A descent costs as much as a few parts, and seldom ends elsewhere than the one before.
    private const int BetweenDescents = 8;

    // Where more units than this are loose, bounds of what enters the curves stay those of the whole set.
    private const int FewLoose = 400;
    private const long MostMemory = 1_500_000_000;

    private readonly BoundGraph _graph;
    private readonly InputSet _set;
    private readonly long _label;
    private readonly int _classes;
    private readonly PriorityQueue<Domain, double> _open = new();
    private readonly CancellationToken _cancellation;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TimeSpan _limit;
    private double _least = double.PositiveInfinity;
    private long _branches;
    private long _batches;
    private double[]? _counterexample;
    private bool _refines;

    // Set before the first part is looked at.
    private NetworkBounds _root = null!;
    private BranchLayout _layout = null!;

    /// <summary>Begins.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="set">The set of one example.</param>
    /// <param name="label">Its class.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="limit">The time limit.</param>
    /// <param name="cancellation">Stops between parts.</param>
    public BranchAndBound(
        BoundGraph graph,
        InputSet set,
        int label,
        int classes,
        TimeSpan limit,
        CancellationToken cancellation
    )
    {
        (_graph, _set, _label, _classes, _limit, _cancellation) = (graph, set, label, classes, limit, cancellation);
    }

    /// <summary>Gets up to how many loose units bounds of what enters the curves are found anew for every part; beyond, those of the whole set hold.</summary>
    public int MostRefined { get; init; } = FewLoose;

    private bool IsOver => _counterexample is not null || _clock.Elapsed >= _limit;

    /// <summary>Searches.</summary>
    public Decision Run()
    {
        using var noGrad = no_grad();
        Root();
        var stuck = double.PositiveInfinity;
        while (_open.Count > 0 && !IsOver)
        {
            _cancellation.ThrowIfCancellationRequested();
            if ((_open.Count * _layout.Length * sizeof(double)) > MostMemory)
            {
                break;
            }
            var next = new List<Domain>();
            while (_open.Count > 0 && next.Count < Together())
            {
                var domain = _open.Dequeue();
                if (domain.Units.Count > 0)
                {
                    next.Add(domain);
                    continue;
                }
                using (domain)
                {
                    if (domain.IsFinal)
                    {
                        stuck = Math.Min(stuck, domain.Bound);
                        continue;
                    }
                    // Nothing is left to split, and the multipliers may not be there yet.
                    using var last = NewDisposeScope();
                    Bound(domain.State, [domain.Other], [domain.Bound], LastSteps, isFinal: true);
                }
            }
            if (next.Count > 0)
            {
                using var scope = NewDisposeScope();
                Split(next);
                next.ForEach(d => d.Dispose());
            }
        }
        var left = _open.Count > 0 ? _open.Peek().Bound : double.PositiveInfinity;
        return new(Math.Min(Math.Min(stuck, left), _least), _branches, _counterexample);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_open.TryDequeue(out var domain, out _))
        {
            domain.Dispose();
        }
    }

    private int Together() => Math.Clamp(LinearPass.RowsOf(_graph) / 2, 1, MostTogether);

    private void Root()
    {
        // Both outlive the scope of this method.
        var known = RootBounds.Run(_graph, _set, () => IsOver, _cancellation);
        (_root, _layout) = (known, new(known));
        using var scope = NewDisposeScope();
        _refines = known.LooseCount() <= MostRefined;
        var all = Margins.All([(int)_label], _classes);
        var pass = new LinearPass(known);
        var rows = all.Functions(_classes);
        var quick = maximum(pass.Least(rows, _graph.Output), pass.Least(rows, _graph.Output, interval: true));
        var search = new SlopeSearch(known, rows.Owner, units: _layout.Units);
        var seen = new Seen();
        var found = maximum(search.Raise(rows, _graph.Output, RootSteps, RootRate, AllProved, seen.Take), quick);
        var states = _layout.Pack(known, null, search.Choice, rows.Owner);
        Take(states, Tensors.ToArray<long>(all.Other), found, known.ForRows(rows.Owner), seen, isFinal: false);
    }

    private void Split(List<Domain> domains)
    {
        var units = Choose(domains);
        var states = cat([.. domains.Select(d => d.State)], 0);
        var chosen = tensor(units);
        var (on, off) = (states.clone(), states.clone());
        _layout.HoldInPlace(on, chosen, 1);
        _layout.HoldInPlace(off, chosen, -1);
        long[] others = [.. domains.Concat(domains).Select(d => d.Other)];
        double[] floors = [.. domains.Concat(domains).Select(d => d.Bound)];
        Bound(cat([on, off], 0), others, floors, Steps, isFinal: false);
    }

    /// <summary>For each part the unit whose worse half is best, of those that promise most.</summary>
    private long[] Choose(List<Domain> domains)
    {
        if (domains.TrueForAll(d => d.Units.Count == 1))
        {
            return [.. domains.Select(d => (long)d.Units[0])];
        }
        using var scope = NewDisposeScope();
        var tries = domains.SelectMany((d, i) => d.Units.Select(unit => (Domain: i, Unit: unit))).ToArray();
        var least = new double[tries.Length];
        var rows = Math.Max(1, LinearPass.RowsOf(_graph) / 2);
        for (var from = 0; from < tries.Length; from += rows)
        {
            using var part = NewDisposeScope();
            var some = tries[from..Math.Min(tries.Length, from + rows)];
            var states = cat([.. some.Select(t => domains[t.Domain].State)], 0);
            var units = tensor(some.Select(t => (long)t.Unit).ToArray());
            var (on, off) = (states.clone(), states.clone());
            _layout.HoldInPlace(on, units, 1);
            _layout.HoldInPlace(off, units, -1);
            long[] others = [.. some.Select(t => domains[t.Domain].Other)];
            var worse = minimum(Quick(on, others), Quick(off, others));
            Tensors.ToArray<double>(worse.to(ScalarType.Float64)).CopyTo(least, from);
        }
        return
        [
            .. domains.Select(
                (d, i) => (long)tries.Zip(least).Where(t => t.First.Domain == i).MaxBy(t => t.Second).First.Unit
            ),
        ];
    }

    private Tensor Quick(Tensor states, long[] others)
    {
        var rows = Questions(others).Functions(_classes);
        var choice = _layout.ChoiceOf(states);
        var sides = _layout.SidesOf(states);
        var signed = (choice with { Fences = choice.Fences! * sides }).To(ScalarType.Float32);
        return new DualPass(_root, zeros_like(rows.Owner), _layout.Units, sides, _layout.UnitBoundsOf(states)).Least(
            rows.Values.to(ScalarType.Float32),
            _graph.Output,
            signed
        );
    }

    private void Bound(Tensor states, long[] others, double[] floors, int steps, bool isFinal)
    {
        var known = _refines ? Refined(states) : Parts(states);
        var rows = Questions(others).Functions(_classes);
        var sides = _layout.SidesOf(states);
        var search = new SlopeSearch(known, rows.Owner, sides, _layout.ChoiceOf(states), _layout.Units);
        var seen = new Seen();
        var found = search.Raise(rows, _graph.Output, steps, Rate, AllProved, seen.Take);
        found = where(known.Empty, double.PositiveInfinity, maximum(found, tensor(floors)));
        Take(_layout.Pack(known, sides, search.Choice, rows.Owner), others, found, known, seen, isFinal);
    }

    private NetworkBounds Parts(Tensor states) => _root.Parts(_layout.BoundsOf(states), states.shape[0]);

    private NetworkBounds Refined(Tensor states) =>
        NetworkBounds.Run(
            _graph,
            _set.Rows(zeros([states.shape[0]], ScalarType.Int64)),
            refine: true,
            _layout.BoundsOf(states),
            cancellation: _cancellation
        );

    private Margins Questions(long[] others)
    {
        var owner = arange(others.Length, dtype: ScalarType.Int64);
        return new(owner, full_like(owner, _label), tensor(others));
    }

    /// <summary>Keeps the parts that are not proved, and looks whether the inputs that come out worst are counterexamples.</summary>
    private void Take(Tensor states, long[] others, Tensor found, NetworkBounds known, Seen seen, bool isFinal)
    {
        _branches += others.Length;
        // A bound that is not a number bounds nothing.
        double[] bounds =
        [
            .. Tensors.ToArray<double>(found).Select(b => double.IsNaN(b) ? double.NegativeInfinity : b),
        ];
        if (seen.Input is { } input)
        {
            var descends = isFinal || _batches++ % BetweenDescents == 0;
            var inputs = known.Set.Minimiser(input.Whole());
            _counterexample ??= Descent.From(_graph, inputs, _set, _label, tensor(others), descends);
        }
        if (Array.TrueForAll(bounds, b => b > 0) || _counterexample is not null)
        {
            _least = Math.Min(_least, bounds.Min());
            return;
        }
        // A search that ended early has proved all; here it did not.
        var scores = _layout.Scores(known, seen.Curves);
        var (values, places) = scores.topk((int)Math.Min(Tried, _layout.Units.Count), 1);
        var (worth, units) = (Tensors.ToArray<double>(values), Tensors.ToArray<long>(places));
        var each = units.Length / others.Length;
        for (var i = 0; i < others.Length; i++)
        {
            if (bounds[i] > 0)
            {
                _least = Math.Min(_least, bounds[i]);
                continue;
            }
            int[] next = [.. Enumerable.Range(i * each, each).Where(k => worth[k] > 0).Select(k => (int)units[k])];
            var bound = double.IsNaN(bounds[i]) ? double.NegativeInfinity : bounds[i];
            var state = states.narrow(0, i, 1).clone().DetachFromDisposeScope();
            _open.Enqueue(new(state, others[i], bound, isFinal ? [] : next) { IsFinal = isFinal }, bound);
        }
    }

    private static bool AllProved(Tensor bounds) => bounds.gt(0).all().item<bool>();

    /// <summary>The coefficients of the last pass.</summary>
    private sealed class Seen
    {
        public Dictionary<int, Coefficients> Curves { get; } = [];

        public Coefficients? Input { get; private set; }

        public void Take(int step, Coefficients rows)
        {
            // They outlive the pass that shows them.
            var kept = rows.With(rows.Values.detach().MoveToOuterDisposeScope());
            if (step < 0)
            {
                Input = kept;
            }
            else
            {
                Curves[step] = kept;
            }
        }
    }
}
