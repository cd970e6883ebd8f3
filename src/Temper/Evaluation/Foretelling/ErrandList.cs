namespace Temper.Evaluation.Foretelling;

/// <summary>The errands of an evaluation in the order in which they are run, and how far it has come with them.</summary>
/// <remarks>Their passes count in full to the end: what was spared of them is not known here.</remarks>
internal sealed class ErrandList(IReadOnlyList<Errand> errands)
{
    private readonly bool[] _done = new bool[errands.Count];
    private int _current = -1;
    private double _last;
    private double _began;

    /// <summary>Gets the most forward passes, in examples.</summary>
    public double Forwards => errands.Sum(e => e.Examples * e.Most.Forwards);

    /// <summary>Gets the most gradient passes, in examples.</summary>
    public double Gradients => errands.Sum(e => e.Examples * e.Most.Gradients);

    /// <summary>The errand of a probe.</summary>
    public Errand? Of(string probe) => errands.FirstOrDefault(e => e.Stage == probe);

    /// <summary>Takes note that a probe has ended, and its errand with it.</summary>
    public void End(string probe)
    {
        for (var i = 0; i < errands.Count; i++)
        {
            _done[i] |= errands[i].Stage == probe;
        }
    }

    /// <summary>Takes note of a sign of life after the attacks: the errands before this one are done.</summary>
    /// <param name="stage">The stage it tells of; one that is not known is left to the errand that goes on.</param>
    /// <param name="elapsed">The seconds since the attacks ended.</param>
    public void Reach(string stage, double elapsed)
    {
        var found = Enumerable.Range(0, errands.Count).FirstOrDefault(i => errands[i].Stage == stage, -1);
        if (found > _current)
        {
            _done.AsSpan(0, found).Fill(true);
            // It has gone on since the one before was last heard of.
            (_current, _began) = (found, _last);
        }
        _last = elapsed;
    }

    /// <summary>The seconds that are still to come.</summary>
    /// <param name="times">How long passes take.</param>
    /// <param name="pace">How much longer an attack takes than its passes, by its id.</param>
    /// <param name="elapsed">The seconds since the attacks ended; 0 before.</param>
    public double Left(PassTimes times, Func<string, double> pace, double elapsed)
    {
        var sum = 0.0;
        for (var i = 0; i < errands.Count; i++)
        {
            if (!_done[i])
            {
                var seconds = errands[i].Seconds(times, pace(errands[i].Id));
                sum += i == _current ? Math.Max(0, seconds - (elapsed - _began)) : seconds;
            }
        }
        return sum;
    }
}
