using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Temper.Errors;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>How much of a threat's budget each value of an input has: 0 for one that may not change, 1 for the whole budget.</summary>
/// <remarks>Immutable. Two are equal when shape and shares are.</remarks>
public sealed class ValueBudgets : IEquatable<ValueBudgets>
{
    private readonly float[] _shares;

    /// <summary>Creates budgets.</summary>
    /// <param name="shares">Channels × height × width shares from 0 to 1, row-major; copied.</param>
    /// <param name="channels">The channels of an input.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns.</param>
    /// <exception cref="ThreatException">The count does not fit the shape, or a share lies outside [0, 1].</exception>
    public ValueBudgets(ReadOnlySpan<float> shares, int channels, int height, int width)
    {
        (Channels, Height, Width) = (channels, height, width);
        if (channels < 1 || height < 1 || width < 1 || shares.Length != (long)channels * height * width)
        {
            throw new ThreatException($"mask: found {shares.Length} values for inputs of {Shape}.");
        }
        _shares = shares.ToArray();
        IsMask = true;
        for (var i = 0; i < _shares.Length; i++)
        {
            if (!(_shares[i] >= 0 && _shares[i] <= 1))
            {
                throw new ThreatException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"mask: found {_shares[i]} at value {i}, expected 0 (may not change) to 1 (the whole budget)."
                    )
                );
            }
            // −0 and 0 are one share, and have one hash.
            _shares[i] += 0f;
            IsMask &= _shares[i] is 0 or 1;
            Allowed += _shares[i] > 0 ? 1 : 0;
        }
        byte[] content = [.. Encoding.ASCII.GetBytes(Shape + ":"), .. MemoryMarshal.AsBytes<float>(_shares)];
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
    }

    /// <summary>Gets the channels of an input.</summary>
    public int Channels { get; }

    /// <summary>Gets the rows of an input.</summary>
    public int Height { get; }

    /// <summary>Gets the columns of an input.</summary>
    public int Width { get; }

    /// <summary>Gets the shares, channels × height × width, row-major.</summary>
    public ReadOnlySpan<float> Shares => _shares;

    /// <summary>Gets whether every share is 0 or 1.</summary>
    public bool IsMask { get; }

    /// <summary>Gets the number of values that may change.</summary>
    public int Allowed { get; }

    /// <summary>Gets the SHA-256 of shape and shares, in lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Gets the shape as messages write it.</summary>
    internal string Shape => string.Create(CultureInfo.InvariantCulture, $"{Channels}×{Height}×{Width}");

    /// <summary>Gets the beginning of the hash, which text forms show.</summary>
    internal string Short => Sha256[..8];

    /// <inheritdoc/>
    public bool Equals(ValueBudgets? other) => other is not null && Sha256 == other.Sha256;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ValueBudgets);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Sha256);

    /// <summary>The shares, to be multiplied with inputs; the caller owns it.</summary>
    /// <param name="like">Inputs, shape (N, …).</param>
    /// <param name="type">The element type.</param>
    internal Tensor For(Tensor like, ScalarType type = ScalarType.Float32)
    {
        Check(like);
        return tensor(_shares, [1, .. like.shape[1..]], dtype: type, device: like.device);
    }

    /// <summary>Gives values that may not change their clean ones, in place.</summary>
    /// <param name="x">Points, shape (N, …), overwritten.</param>
    /// <param name="centre">Clean inputs of the same shape.</param>
    internal void Pin(Tensor x, Tensor centre)
    {
        using var scope = NewDisposeScope();
        x.copy_(where(For(x).gt(0), x, centre));
    }

    /// <summary>The same for points of one example, row-major.</summary>
    internal void Pin(Span<float> points, ReadOnlySpan<float> clean)
    {
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = _shares[i % _shares.Length] > 0 ? points[i] : clean[i % _shares.Length];
        }
    }

    /// <summary>Sets gradients or noise of values that may not change to zero, in place.</summary>
    /// <param name="gradient">Shape (N, …), overwritten.</param>
    internal void Silence(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        gradient.masked_fill_(For(gradient).eq(0), 0);
    }

    /// <summary>The same for rows of values.</summary>
    internal void Silence(Span<float> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = _shares[i % _shares.Length] > 0 ? rows[i] : 0;
        }
    }

    /// <summary>Distances per example; infinite where a value differs that may not change.</summary>
    /// <param name="distance">Distances without that, float64, shape (N).</param>
    /// <param name="a">Inputs, shape (N, …).</param>
    /// <param name="b">Inputs of the same shape.</param>
    /// <returns>A new tensor; the caller owns it.</returns>
    internal Tensor Judge(Tensor distance, Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var moved = a.ne(b).logical_and(For(a).eq(0)).flatten(1).any(1);
        return distance.masked_fill(moved, double.PositiveInfinity).MoveToOuterDisposeScope();
    }

    /// <summary>Refuses inputs of another shape.</summary>
    /// <exception cref="ThreatException">The shape differs.</exception>
    internal void Check(Tensor inputs)
    {
        long[] expected = [Channels, Height, Width];
        // Searches flatten the rows of inputs.
        if (!inputs.shape.AsSpan(1).SequenceEqual(expected) && !inputs.shape.AsSpan(1).SequenceEqual([_shares.Length]))
        {
            throw new ThreatException(
                $"mask {Short}: found inputs of {string.Join('×', inputs.shape[1..])}, expected {Shape}, the shape of the mask."
            );
        }
    }
}
