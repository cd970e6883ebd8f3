namespace Temper.Threats;

/// <summary>The bookkeeping of APGD's step sizes: when an example's step is halved and its search set back to its best point.</summary>
/// <remarks>
/// Croce and Hein 2020, Reliable evaluation of adversarial robustness, section 3.1, conditions 1 and 2. Every example is judged by
/// its own losses. The losses of a period are compared with the one before its first step, at the first checkpoint that of the
/// start; the authors' code compares there with a row of zeros.
/// </remarks>
internal sealed class StepHalving
{
    private readonly int[] _checkpoints;
    private readonly double _rho;
    private readonly float[] _last;
    private readonly float[] _best;
    private readonly float[] _bestAtCheck;
    private readonly bool[] _halvedAtCheck;
    private readonly int[] _rises;
    private int _step;
    private int _next;
    private int _since;

    /// <summary>Starts.</summary>
    /// <param name="steps">All steps of the search.</param>
    /// <param name="rho">The share of rising steps below which a step is halved.</param>
    /// <param name="startLoss">The loss at the start, per example.</param>
    public StepHalving(int steps, double rho, float[] startLoss)
    {
        (_checkpoints, _rho) = (Checkpoints(steps), rho);
        (_last, _best, _bestAtCheck) = ([.. startLoss], [.. startLoss], [.. startLoss]);
        // As if the check before the first had halved: condition 2 waits for the second.
        _halvedAtCheck = new bool[startLoss.Length];
        Array.Fill(_halvedAtCheck, true);
        _rises = new int[startLoss.Length];
    }

    /// <summary>The steps after which step sizes are looked at: after 22 % of them, then at distances 3 % shorter each time, at least 6 %.</summary>
    /// <param name="steps">All steps of the search.</param>
    public static int[] Checkpoints(int steps)
    {
        var (distance, least, shorter) = (Share(22, steps), Share(6, steps), Share(3, steps));
        List<int> all = [];
        for (var at = distance; at <= steps; at += distance)
        {
            all.Add(at);
            distance = Math.Max(distance - shorter, least);
        }
        return [.. all];
    }

    /// <summary>Takes the losses after one more step.</summary>
    /// <param name="loss">The loss per example.</param>
    /// <returns>At a checkpoint the examples to be halved and set back; null between checkpoints.</returns>
    public bool[]? After(ReadOnlySpan<float> loss)
    {
        for (var i = 0; i < loss.Length; i++)
        {
            _rises[i] += loss[i] > _last[i] ? 1 : 0;
            _last[i] = loss[i];
            _best[i] = loss[i] > _best[i] ? loss[i] : _best[i];
        }
        _step++;
        _since++;
        if (_next == _checkpoints.Length || _step != _checkpoints[_next])
        {
            return null;
        }
        var halved = new bool[loss.Length];
        for (var i = 0; i < halved.Length; i++)
        {
            var rarelyRose = _rises[i] <= _rho * _since;
            var stuck = !_halvedAtCheck[i] && _bestAtCheck[i] >= _best[i];
            halved[i] = rarelyRose || stuck;
            (_halvedAtCheck[i], _bestAtCheck[i], _rises[i]) = (halved[i], _best[i], 0);
        }
        _next++;
        _since = 0;
        return halved;
    }

    private static int Share(int percent, int steps) => Math.Max(percent * steps / 100, 1);
}
