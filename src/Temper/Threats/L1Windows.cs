namespace Temper.Threats;

/// <summary>Windows under L1: what sticks out of the ball or the box after a move is taken away by the exact projection.</summary>
internal sealed class L1Windows : BumpWindows
{
    private readonly L1Projection _projection;

    public L1Windows(L1Threat threat, int channels, int height, int width)
        : base(threat.Epsilon.Value, threat.Budgets, channels, height, width)
    {
        _projection = new(threat.Epsilon.Value, threat.Box);
    }

    /// <inheritdoc/>
    protected override double Sum(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += Math.Abs(value);
        }
        return sum;
    }

    /// <inheritdoc/>
    protected override double Length(double sum) => sum;

    /// <inheritdoc/>
    protected override void Write(ReadOnlySpan<float> clean, ReadOnlySpan<float> change, Span<float> point)
    {
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = clean[i] + change[i];
        }
        _projection.Run(point, clean);
    }
}
