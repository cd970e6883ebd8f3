using Temper.Numerics;

namespace Temper.Tests.Threats;

/// <summary>Keyed draws, one after another.</summary>
internal sealed class Draws(ulong seed)
{
    private readonly Rng _rng = new(seed);
    private readonly float[] _piece = new float[4096];
    private int _taken = 4096;
    private uint _pieces;

    public float NextSingle()
    {
        if (_taken == _piece.Length)
        {
            _rng.FillUniform(_piece, [0], 0, _pieces++);
            _taken = 0;
        }
        return _piece[_taken++];
    }

    public double NextDouble() => NextSingle();

    public int Next(int below) => (int)(NextSingle() * below);

    public int Next(int from, int below) => from + Next(below - from);
}
