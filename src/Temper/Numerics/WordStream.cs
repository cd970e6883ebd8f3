namespace Temper.Numerics;

/// <summary>Reads the words of one Philox stream in order, for sequential algorithms such as shuffling.</summary>
internal ref struct WordStream
{
    private readonly Span<uint> buffer;
    private readonly ulong key;
    private readonly uint step;
    private uint block;
    private int next;

    /// <summary>Starts at the first word of the counter (0, 0, step, 0).</summary>
    /// <param name="buffer">Scratch space, a multiple of four words; borrowed.</param>
    /// <param name="key">The key.</param>
    /// <param name="step">The third counter word.</param>
    internal WordStream(Span<uint> buffer, ulong key, uint step)
    {
        this.buffer = buffer;
        this.key = key;
        this.step = step;
        next = buffer.Length;
    }

    /// <summary>Gives a number below a bound, every one equally likely.</summary>
    /// <param name="bound">The bound, at least 1.</param>
    /// <returns>A number in 0 … bound − 1.</returns>
    /// <remarks>Lemire: Fast random integer generation in an interval (2019): multiply, and reject the uneven rest.</remarks>
    internal uint Below(uint bound)
    {
        var product = (ulong)Next() * bound;
        if ((uint)product < bound)
        {
            var uneven = (0u - bound) % bound;
            while ((uint)product < uneven)
            {
                product = (ulong)Next() * bound;
            }
        }
        return (uint)(product >> 32);
    }

    private uint Next()
    {
        if (next == buffer.Length)
        {
            Philox4x32.Fill(buffer, key, block, 0, step, 0);
            block += (uint)buffer.Length / 4;
            next = 0;
        }
        return buffer[next++];
    }
}
