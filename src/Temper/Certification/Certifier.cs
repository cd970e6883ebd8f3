using Temper.Certification.Branching;
using Temper.Errors;
using Temper.Models;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>Lower bounds of a network's margins over whole sets of inputs: where one is above 0, no input of the set is misclassified.</summary>
/// <remarks>
/// Bounds are computed in float64, with a bound of that rounding taken off, and speak of the network in real arithmetic with its stored
/// weights. A network computed in float32 can differ from it by its own rounding.
/// </remarks>
public sealed class Certifier : IDisposable
{
    private const int SearchSteps = 20;
    private const double SearchRate = 0.3;

    private readonly BoundGraph? _graph;

    private Certifier(BoundGraph? graph, string? problem, int classes) =>
        (_graph, Problem, Classes) = (graph, problem, classes);

    /// <summary>Gets why there are no bounds of this network; null where there are.</summary>
    public string? Problem { get; }

    /// <summary>Gets the number of classes.</summary>
    public int Classes { get; }

    internal BoundGraph Graph =>
        _graph ?? throw new ModelException($"model: it has no certified bounds here, since {Problem}.");

    /// <summary>Reads a network.</summary>
    /// <param name="model">The classifier; borrowed, its weights are copied.</param>
    /// <returns>A certifier; the caller owns it. Where the network holds what bounds do not know, <see cref="Problem"/> says what.</returns>
    public static Certifier Of(IClassifier model)
    {
        var (graph, problem) = BoundGraph.Of(model);
        return new(graph, problem, model.Classes);
    }

    /// <summary>A certifier over a graph, which it disposes.</summary>
    internal static Certifier Over(BoundGraph graph, int classes) => new(graph, null, classes);

    /// <summary>Whether there are bounds over a threat model's sets.</summary>
    /// <param name="threat">The threat model.</param>
    public static bool Knows(ThreatModel threat) => InputSet.Knows(threat);

    /// <summary>A lower bound, per example, of the score of its class less the highest other, over all inputs of the threat model.</summary>
    /// <param name="inputs">Clean inputs (N, C, H, W); borrowed.</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="threat">The threat model: <c>linf</c> or <c>l2</c>.</param>
    /// <param name="method">How; <see cref="BoundMethod.Complete"/> branches nowhere here and gives what <see cref="BoundMethod.AlphaCrown"/> gives.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="ModelException">The network has no bounds here.</exception>
    /// <exception cref="ThreatException">The threat has none.</exception>
    public double[] Margins(
        Tensor inputs,
        IReadOnlyList<int> labels,
        ThreatModel threat,
        BoundMethod method,
        CancellationToken cancellation = default
    )
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var set = InputSet.Of(threat, inputs);
        var questions = Certification.Margins.All(labels, Classes);
        var margins = Least(set, questions, method, cancellation);
        var least = Enumerable.Repeat(double.PositiveInfinity, labels.Count).ToArray();
        var (found, owners) = (
            Numerics.Tensors.ToArray<double>(margins),
            Numerics.Tensors.ToArray<long>(questions.Owner)
        );
        for (var i = 0; i < found.Length; i++)
        {
            // A bound that is not a number bounds nothing.
            var bound = double.IsNaN(found[i]) ? double.NegativeInfinity : found[i];
            least[owners[i]] = Math.Min(least[owners[i]], bound);
        }
        return least;
    }

    /// <summary>Lower and upper bounds of every score.</summary>
    /// <param name="inputs">Clean inputs (N, C, H, W); borrowed.</param>
    /// <param name="threat">The threat model.</param>
    /// <param name="method">How; nothing is optimised here beyond <see cref="BoundMethod.Crown"/>.</param>
    /// <returns>Float64 (N, classes) each; the caller owns them.</returns>
    public (Tensor Lower, Tensor Upper) Scores(Tensor inputs, ThreatModel threat, BoundMethod method)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var set = InputSet.Of(threat, inputs);
        var known = NetworkBounds.Run(Graph, set, refine: method != BoundMethod.Interval);
        var bounds = known.Of(Graph.Output);
        if (method != BoundMethod.Interval)
        {
            var count = inputs.shape[0];
            var owner = arange(count).repeat_interleave(Classes);
            var index = arange(Classes).repeat(count);
            var pass = new LinearPass(known);
            var (lower, upper) = (
                pass.UnitLeast(Graph.Output, owner, index, 1),
                -pass.UnitLeast(Graph.Output, owner, index, -1)
            );
            bounds = bounds.With(new(lower.view(-1, Classes), upper.view(-1, Classes)));
        }
        return (bounds.Lower.clone().MoveToOuterDisposeScope(), bounds.Upper.clone().MoveToOuterDisposeScope());
    }

    /// <summary>Decides one example by branch and bound.</summary>
    /// <param name="input">Its clean input (1, C, H, W).</param>
    /// <param name="label">Its class.</param>
    /// <param name="threat">The threat model.</param>
    /// <param name="limit">The time limit.</param>
    /// <param name="cancellation">Stops between parts.</param>
    internal Decision Decide(
        Tensor input,
        int label,
        ThreatModel threat,
        TimeSpan limit,
        CancellationToken cancellation
    )
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var search = new BranchAndBound(Graph, InputSet.Of(threat, input), label, Classes, limit, cancellation);
        return search.Run();
    }

    /// <inheritdoc/>
    public void Dispose() => _graph?.Dispose();

    /// <summary>A lower bound of every question.</summary>
    internal Tensor Least(InputSet set, Margins questions, BoundMethod method, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        // What the interval decides already needs nothing closer.
        var quick = NetworkBounds.Run(Graph, set, refine: false, cancellation: cancellation);
        var best = Each(quick, questions, (pass, rows) => pass.Least(rows, Graph.Output, interval: true));
        if (method == BoundMethod.Interval)
        {
            return best.MoveToOuterDisposeScope();
        }
        if (Open(best) is not { } open)
        {
            return best.MoveToOuterDisposeScope();
        }
        var asked = questions.Rows(open);
        // Only examples with an open question are looked at further.
        var (examples, places) = Distinct(asked.Owner);
        asked = asked with { Owner = places };
        var close = NetworkBounds.Run(Graph, set.Rows(examples), refine: true, cancellation: cancellation);
        var found = maximum(
            Each(close, asked, (pass, rows) => pass.Least(rows, Graph.Output, interval: true)),
            Each(close, asked, (pass, rows) => pass.Least(rows, Graph.Output))
        );
        if (method != BoundMethod.Crown && Open(found) is { } left)
        {
            var raised = Each(
                close,
                asked.Rows(left),
                (_, rows) =>
                    new SlopeSearch(close, rows.Owner).Raise(
                        rows,
                        Graph.Output,
                        SearchSteps,
                        SearchRate,
                        bounds => bounds.gt(0).all().item<bool>()
                    )
            );
            found = With(found, left, maximum(raised, found.index_select(0, left)));
        }
        var better = maximum(found, best.index_select(0, open));
        return With(best, open, better).MoveToOuterDisposeScope();
    }

    private Tensor Each(NetworkBounds known, Margins questions, Func<LinearPass, Coefficients, Tensor> least)
    {
        using var scope = NewDisposeScope();
        var pass = new LinearPass(known);
        var parts = new List<Tensor>();
        for (var from = 0; from < questions.Count; from += pass.Rows)
        {
            using var part = NewDisposeScope();
            var rows = questions.Rows(arange(from, Math.Min(questions.Count, from + pass.Rows), ScalarType.Int64));
            parts.Add(least(pass, rows.Functions(Classes)).MoveToOuterDisposeScope());
        }
        return cat(parts, 0).MoveToOuterDisposeScope();
    }

    private static Tensor With(Tensor values, Tensor places, Tensor better) => values.scatter(0, places, better);

    private static Tensor? Open(Tensor bounds)
    {
        // Not (≤ 0): a bound that is not a number leaves its question open.
        var open = bounds.gt(0).logical_not().nonzero().flatten();
        return open.shape[0] == 0 ? null : open;
    }

    private static (Tensor Examples, Tensor Places) Distinct(Tensor owner)
    {
        var owners = Numerics.Tensors.ToArray<long>(owner);
        long[] distinct = [.. owners.Distinct().Order()];
        var place = distinct.Select((o, i) => (o, i)).ToDictionary(p => p.o, p => (long)p.i);
        return (tensor(distinct), tensor(owners.Select(o => place[o]).ToArray()));
    }
}
