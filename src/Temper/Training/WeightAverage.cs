using Temper.Data;
using Temper.Models;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>An average of weights and buffers over the training: an exponential moving one, or an equal one of its last epochs.</summary>
/// <remarks>
/// Moving: the decay at update t is min(decay, (1 + t)/(10 + t)), so that early averages do not hang on the initial weights. Equal (SWA,
/// Izmailov et al. 2018, algorithm 1): the mean of the weights at the ends of the last epochs, with running statistics of BatchNorm
/// measured anew on training examples. Whole-number buffers are copied.
/// </remarks>
public sealed class WeightAverage : IDisposable
{
    private readonly nn.Module _module;
    private readonly Func<int, double?> _kept;
    private readonly bool _measures;
    private readonly (string Name, Tensor Live, Tensor Average)[] _state;

    /// <summary>Starts the average at the module's weights.</summary>
    /// <param name="module">The module, borrowed.</param>
    /// <param name="decay">The decay, from 0 to below 1.</param>
    public WeightAverage(nn.Module module, double decay)
        : this(module, update => Math.Min(decay, (1.0 + update) / (10.0 + update)), measures: false) { }

    private WeightAverage(nn.Module module, Func<int, double?> kept, bool measures)
    {
        (_module, _kept, _measures) = (module, kept, measures);
        using var noGrad = no_grad();
        _state = [.. Weights.State(module).Select(s => (s.Name, s.Value, Copy(s.Value)))];
    }

    /// <summary>Starts an equal average at the module's weights: until its first epoch ends, it is the weights themselves.</summary>
    /// <param name="module">The module, borrowed.</param>
    /// <param name="first">The update from which on ends of epochs count.</param>
    /// <param name="every">The updates of an epoch.</param>
    public static WeightAverage Equal(nn.Module module, int first, int every)
    {
        var before = Math.Max(1, (first + every - 1) / every) - 1;
        return new(
            module,
            update =>
            {
                if (update % every != 0)
                {
                    return null;
                }
                var count = (update / every) - before;
                return count <= 1 ? 0 : (count - 1.0) / count;
            },
            measures: true
        );
    }

    /// <summary>Gets the averages under the names of the live tensors.</summary>
    internal IEnumerable<(string Name, Tensor Value)> State => _state.Select(s => (s.Name, s.Average));

    /// <summary>Moves the average towards the live weights.</summary>
    /// <param name="update">The number of this update, 1 first.</param>
    public void Update(int update)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        if (_kept(update) is not { } kept)
        {
            return;
        }
        foreach (var (_, live, average) in _state)
        {
            if (average.is_floating_point() && kept > 0)
            {
                average.mul_(kept).add_(live, 1 - kept);
            }
            else
            {
                average.copy_(live);
            }
        }
    }

    /// <summary>Measures the running statistics that belong to the averaged weights; nothing where they are averaged themselves.</summary>
    /// <param name="model">The metered model of the module, in any mode.</param>
    /// <param name="batches">Training examples.</param>
    internal void Settle(MeteredClassifier model, IEnumerable<Batch> batches)
    {
        if (!_measures)
        {
            return;
        }
        using (Applied())
        {
            RunningStatistics.Measure(_module, model, batches);
            using var noGrad = no_grad();
            foreach (var (_, live, average) in _state)
            {
                average.copy_(live);
            }
        }
    }

    /// <summary>Puts the average into the module while the scope is open; disposing it restores the live weights bit for bit.</summary>
    /// <returns>The scope.</returns>
    public IDisposable Applied() => new Swap(_state);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, average) in _state)
        {
            average.Dispose();
        }
    }

    private static Tensor Copy(Tensor value)
    {
        using var detached = value.detach();
        return detached.clone().DetachFromDisposeScope();
    }

    private sealed class Swap : IDisposable
    {
        private readonly (Tensor Live, Tensor Saved)[] _saved;

        public Swap((string Name, Tensor Live, Tensor Average)[] state)
        {
            using var noGrad = no_grad();
            _saved = [.. state.Select(s => (s.Live, Copy(s.Live)))];
            foreach (var (_, live, average) in state)
            {
                live.copy_(average);
            }
        }

        public void Dispose()
        {
            using var noGrad = no_grad();
            foreach (var (live, saved) in _saved)
            {
                live.copy_(saved);
                saved.Dispose();
            }
        }
    }
}
