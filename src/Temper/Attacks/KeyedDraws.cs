using Temper.Numerics;

namespace Temper.Attacks;

/// <summary>Draws of a search for single rows of a batch, each keyed by its example, so that threads may share the rows.</summary>
/// <param name="examples">The canonical index of each row's example.</param>
/// <param name="stream">The stream.</param>
/// <param name="restart">The restart; it keys the draws as well.</param>
internal sealed class KeyedDraws(long[] examples, Rng stream, uint restart)
{
    // Below so many draws a second thread costs more than it brings.
    private const int Worth = 1 << 13;

    private delegate void Filling(Span<float> values, ReadOnlySpan<long> examples);

    /// <summary>Gets the stream.</summary>
    public Rng Stream => stream;

    /// <summary>Uniform draws in [0, 1).</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="query">The query of the search; it keys the draws.</param>
    /// <param name="into">Overwritten; as many values for each row.</param>
    public void Uniform(int[] rows, int query, Memory<float> into) =>
        Fill(rows, into, (part, keys) => stream.FillUniform(part, keys, restart, (uint)query));

    /// <summary>Standard normal draws.</summary>
    /// <inheritdoc cref="Uniform" path="/param"/>
    public void Normal(int[] rows, int query, Memory<float> into) =>
        Fill(rows, into, (part, keys) => stream.FillNormal(part, keys, restart, (uint)query));

    private void Fill(int[] rows, Memory<float> draws, Filling fill)
    {
        var count = draws.Length / Math.Max(1, rows.Length);
        long[] keys = [.. rows.Select(row => examples[row])];
        ThreadTeam.Run(
            draws.Length / Worth,
            (member, members) =>
            {
                var (first, last) = (rows.Length * member / members, rows.Length * (member + 1) / members);
                if (last > first)
                {
                    fill(draws.Span[(first * count)..(last * count)], keys.AsSpan(first, last - first));
                }
            }
        );
    }
}
