using Temper.Attacks;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Serialization;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Workflow;

/// <summary>Points of an attack as bytes, rounded inside ball and box and judged by a fresh forward pass.</summary>
internal sealed class RoundedPoints
{
    private readonly EvaluationRequest _request;
    private readonly IReadOnlyList<int> _indices;
    private readonly ByteGrid _grid;
    private readonly int _width;
    private readonly float[] _clean;
    private readonly byte[] _bytes;
    private readonly long[] _targets;
    private readonly int[] _predictions;
    private readonly bool[] _wrong;
    private readonly bool[] _legal;
    private int _between;
    private int _outside;

    private RoundedPoints(EvaluationRequest request, IReadOnlyList<int> indices, long[] targets)
    {
        var set = request.Set;
        (_request, _indices, _width, _targets) = (request, indices, set.ValuesPerExample, targets);
        _grid = new(request.Threat, [set.Channels, set.Height, set.Width]);
        (_clean, _bytes) = (new float[indices.Count * _width], new byte[indices.Count * _width]);
        (_predictions, _wrong, _legal) = (new int[indices.Count], new bool[indices.Count], new bool[indices.Count]);
    }

    /// <summary>Gets the counts.</summary>
    public RoundedOutcome Outcome => new(Broken.Count(b => b), _outside, _between);

    private bool[] Broken => [.. _wrong.Zip(_legal, (w, l) => w && l)];

    /// <summary>Rounds and judges.</summary>
    /// <param name="request">The model, the data, the threat and the block size.</param>
    /// <param name="indices">The canonical indices of the examples.</param>
    /// <param name="points">Their points, shape (N, C, H, W); borrowed.</param>
    /// <param name="broken">Whether the points as they are break the examples.</param>
    /// <param name="targets">The classes aimed at, where any are.</param>
    public static RoundedPoints Of(
        EvaluationRequest request,
        IReadOnlyList<int> indices,
        Tensor points,
        bool[] broken,
        long[] targets
    )
    {
        var rounded = new RoundedPoints(request, indices, targets);
        rounded.Round(Tensors.ToArray<float>(points));
        int[] all = [.. Enumerable.Range(0, indices.Count)];
        rounded.Judge(all);
        // An error of the clean input is one of its bytes too, though it may be gone at the point the attack came back with.
        rounded.TryClean([.. all.Where(row => broken[row] && !rounded.Broken[row])]);
        return rounded;
    }

    /// <summary>The tensors of the points' file.</summary>
    public IEnumerable<SafetensorsEntry> Entries()
    {
        using var scope = NewDisposeScope();
        var set = _request.Set;
        double[] distances =
        [
            .. Enumerable.Range(0, _indices.Count).Select(row => _grid.Distance(Bytes(row), Clean(row))),
        ];
        return
        [
            Weights.Entry("inputs8", tensor(_bytes, [_indices.Count, set.Channels, set.Height, set.Width])),
            Weights.Entry("predictions8", tensor(_predictions)),
            Weights.Entry("broken8", tensor(Broken)),
            Weights.Entry("distances8", tensor(distances)),
        ];
    }

    private void Round(float[] points)
    {
        for (var row = 0; row < _indices.Count; row++)
        {
            _request.Set.Copy(_indices[row], Clean(row));
            var point = points.AsSpan(row * _width, _width);
            // A search for the nearest wrong point may have ended beyond the budget.
            var wasLegal = _grid.IsLegal(point, Clean(row));
            _grid.Round(point, Clean(row), wasLegal).CopyTo(Bytes(row));
            _legal[row] = _grid.IsLegal(Bytes(row), Clean(row));
            if (!_request.Threat.Goal.Spares(_request.Set.Labels[_indices[row]]))
            {
                _outside += wasLegal && !_legal[row] ? 1 : 0;
                _between += OnGrid(row) ? 0 : 1;
            }
        }
    }

    private void TryClean(int[] rows)
    {
        rows = [.. rows.Where(OnGrid)];
        var kept = rows.ToDictionary(
            row => row,
            row => (Bytes: Bytes(row).ToArray(), Prediction: _predictions[row], IsLegal: _legal[row])
        );
        foreach (var row in rows)
        {
            for (var i = 0; i < _width; i++)
            {
                Bytes(row)[i] = _grid.Find(Clean(row)[i])!.Value;
            }
            _legal[row] = true;
        }
        Judge(rows);
        foreach (var row in rows.Where(row => !_wrong[row]))
        {
            kept[row].Bytes.CopyTo(Bytes(row));
            (_predictions[row], _legal[row]) = (kept[row].Prediction, kept[row].IsLegal);
        }
    }

    private void Judge(int[] rows)
    {
        var (set, block, model) = (_request.Set, _request.Block, _request.Model.Classifier);
        using var mode = model.Enter(Mode.Evaluate);
        using var noGrad = no_grad();
        foreach (var chunk in rows.Chunk(block))
        {
            using var scope = NewDisposeScope();
            var (values, labels, aimedAt) = (new float[block * _width], new long[block], new long[block]);
            for (var i = 0; i < block; i++)
            {
                var row = chunk[Math.Min(i, chunk.Length - 1)];
                (labels[i], aimedAt[i]) = (set.Labels[_indices[row]], _targets[row]);
                for (var j = 0; j < _width; j++)
                {
                    values[(i * _width) + j] = _grid.Value(Bytes(row)[j]);
                }
            }
            var inputs = tensor(values, [block, set.Channels, set.Height, set.Width], device: model.Device);
            var logits = model.Logits(inputs);
            var goal = _request.Threat.Goal;
            using var aim = Aim.Given(goal, tensor(labels, device: model.Device), goal.IsTargeted ? aimedAt : null);
            var reached = Tensors.ToArray<bool>(aim.Reached(logits));
            var predictions = Margin.Predictions(logits);
            for (var i = 0; i < chunk.Length; i++)
            {
                (_wrong[chunk[i]], _predictions[chunk[i]]) = (reached[i] && !goal.Spares(labels[i]), predictions[i]);
            }
        }
    }

    private bool OnGrid(int row)
    {
        foreach (var value in Clean(row))
        {
            if (_grid.Find(value) is null)
            {
                return false;
            }
        }
        return true;
    }

    private Span<float> Clean(int row) => _clean.AsSpan(row * _width, _width);

    private Span<byte> Bytes(int row) => _bytes.AsSpan(row * _width, _width);
}
