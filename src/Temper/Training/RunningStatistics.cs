using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>Measures the running statistics of BatchNorm for weights no training step had.</summary>
/// <remarks>
/// They are the equal mean over batches, whatever the momentum of a layer: a pass from statistics of 0 leaves momentum × those of the
/// batch, and one from 1 leaves 1 − momentum more. Which buffers are such statistics is seen from what moves in train mode.
/// </remarks>
internal static class RunningStatistics
{
    /// <summary>The most batches; more change the third digit.</summary>
    public const int MostBatches = 100;

    /// <summary>Overwrites the running statistics of a module; where it has none, a single pass is spent. Counters of batches stay.</summary>
    /// <param name="module">The module.</param>
    /// <param name="model">The same, metered.</param>
    /// <param name="batches">Examples; the first <see cref="MostBatches"/> batches are used.</param>
    public static void Measure(nn.Module module, MeteredClassifier model, IEnumerable<Batch> batches)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var mode = model.Enter(Mode.Train);
        var buffers = module.named_buffers().Select(b => b.buffer).Where(b => b.is_floating_point()).ToArray();
        var counters = module
            .named_buffers()
            .Where(b => !b.buffer.is_floating_point())
            .Select(b => (Live: b.buffer, Saved: b.buffer.clone()))
            .ToArray();
        (Tensor Live, Tensor Sum, Tensor Momentum)[]? statistics = null;
        var count = 0;
        foreach (var batch in batches.Take(MostBatches))
        {
            using var inner = NewDisposeScope();
            statistics ??= Find(buffers, model, batch);
            if (statistics.Length == 0)
            {
                return;
            }
            foreach (var (live, _, _) in statistics)
            {
                live.zero_();
            }
            Pass(model, batch);
            foreach (var (live, sum, momentum) in statistics)
            {
                sum.add_(live / momentum);
            }
            count++;
        }
        foreach (var (live, sum, _) in statistics ?? [])
        {
            live.copy_(sum / count);
            sum.Dispose();
        }
        foreach (var (live, saved) in counters)
        {
            live.copy_(saved);
        }
    }

    private static (Tensor Live, Tensor Sum, Tensor Momentum)[] Find(
        Tensor[] buffers,
        MeteredClassifier model,
        Batch batch
    )
    {
        var before = buffers.Select(b => b.clone()).ToArray();
        Pass(model, batch);
        var moved = buffers.Where((b, i) => !Tensors.Identical(b, before[i])).ToArray();
        if (moved.Length == 0)
        {
            return [];
        }
        var fromZero = Filled(moved, 0, model, batch);
        var fromOne = Filled(moved, 1, model, batch);
        return
        [
            .. moved.Select(
                (live, i) =>
                    (
                        live,
                        zeros_like(live).DetachFromDisposeScope(),
                        (1 - (fromOne[i] - fromZero[i])).DetachFromDisposeScope()
                    )
            ),
        ];
    }

    private static Tensor[] Filled(Tensor[] buffers, double value, MeteredClassifier model, Batch batch)
    {
        foreach (var buffer in buffers)
        {
            buffer.fill_(value);
        }
        Pass(model, batch);
        return [.. buffers.Select(b => b.clone())];
    }

    private static void Pass(MeteredClassifier model, Batch batch)
    {
        // Drop-out must not tell two passes over the same batch apart.
        manual_seed(batch.Indices[0]);
        model.Logits(batch.Inputs).Dispose();
    }
}
