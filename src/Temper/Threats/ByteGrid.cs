using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>The 256 values that a byte can hold in a box, and how a point goes to them without leaving ball and box.</summary>
/// <remarks>
/// A byte stands for an exact value, low + width · byte / 255, and a clean value that is the float32 of one for that one too:
/// distances are those of the bytes, and the spacing of float32 puts none of them outside.
/// </remarks>
/// <param name="threat">The threat model.</param>
/// <param name="shape">The shape of one input, without the batch.</param>
internal sealed class ByteGrid(ThreatModel threat, long[] shape)
{
    private const int Top = byte.MaxValue;

    /// <summary>What float64 itself rounds when a distance is added up.</summary>
    private const double Rounding = 1e-12;

    private readonly BoxFaces _faces = BoxFaces.Of(threat.Box);

    /// <summary>The float32 value of a byte.</summary>
    public float Value(byte place) => Math.Clamp((float)Exact(place), _faces.Low, _faces.High);

    /// <summary>The byte whose float32 value this is; null for a value between two.</summary>
    public byte? Find(float value)
    {
        var nearest = Nearest(value);
        return Value(nearest) == value ? nearest : null;
    }

    /// <summary>Rounds a point inside ball and box.</summary>
    /// <param name="x">The point, in the box.</param>
    /// <param name="clean">The clean input.</param>
    /// <param name="isLegal">Whether the point is legal; one that is not stays outside.</param>
    /// <returns>
    /// Where each value has a bound of its own, the nearest byte within it; else the next one towards the clean input, so that no
    /// distance grows. Of a legal point around clean values that are bytes that is always a legal point.
    /// </returns>
    public byte[] Round(ReadOnlySpan<float> x, ReadOnlySpan<float> clean, bool isLegal)
    {
        var bytes = new byte[x.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = threat.BoundsEachValue && isLegal ? Within(x[i], clean[i], Bound(i)) : Toward(x[i], clean[i]);
        }
        // The float32 of a byte may lie a little nearer than the byte does.
        while (isLegal && KeepsMask(clean) && !IsLegal(bytes, clean) && Shorten(bytes, clean)) { }
        return bytes;
    }

    /// <summary>Whether values that may not change are bytes; where one is not, no bytes are a legal point.</summary>
    private bool KeepsMask(ReadOnlySpan<float> clean)
    {
        for (var i = 0; i < clean.Length; i++)
        {
            if (threat.Budgets?.Shares[i] == 0 && Find(clean[i]) is null)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Tells in float64 whether bytes are a legal point.</summary>
    public bool IsLegal(ReadOnlySpan<byte> bytes, ReadOnlySpan<float> clean)
    {
        using var scope = NewDisposeScope();
        return threat.Contains(Exact(bytes), Exact(clean), Rounding).Single();
    }

    /// <summary>The distance in the threat's norm, in float64.</summary>
    public double Distance(ReadOnlySpan<byte> bytes, ReadOnlySpan<float> clean)
    {
        using var scope = NewDisposeScope();
        return threat.Distance(Exact(bytes), Exact(clean)).item<double>();
    }

    /// <summary>Tells in float64 whether a float32 point is legal, up to the spacing of float32.</summary>
    public bool IsLegal(ReadOnlySpan<float> x, ReadOnlySpan<float> clean)
    {
        using var scope = NewDisposeScope();
        long[] one = [1, .. shape];
        return threat.Contains(tensor(x.ToArray(), one), tensor(clean.ToArray(), one)).Single();
    }

    private double Exact(int place) => threat.Box.Low + (threat.Box.Width * place / Top);

    private Tensor Exact(ReadOnlySpan<byte> bytes)
    {
        var values = new double[bytes.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Exact(bytes[i]);
        }
        return tensor(values, [1, .. shape]);
    }

    private Tensor Exact(ReadOnlySpan<float> clean)
    {
        var values = new double[clean.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Find(clean[i]) is { } home ? Exact(home) : clean[i];
        }
        return tensor(values, [1, .. shape]);
    }

    /// <summary>How far a byte lies from a clean value; from one that is a byte without any rounding.</summary>
    private double Change(int place, float clean) =>
        Find(clean) is { } home ? threat.Box.Width * (place - home) / Top : Exact(place) - clean;

    private double Place(float value) => (value - threat.Box.Low) / threat.Box.Width * Top;

    private byte Nearest(float value) => (byte)Math.Clamp(Math.Round(Place(value)), 0, Top);

    /// <summary>How far a value may move where each has a bound of its own.</summary>
    private double Bound(int at) => threat.Epsilon.Value * (threat.Budgets?.Shares[at] ?? 1);

    private byte Within(float value, float clean, double bound)
    {
        var place = Nearest(value);
        while (Math.Abs(Change(place, clean)) > bound && Nearer(place, clean) is { } nearer)
        {
            place = nearer;
        }
        return place;
    }

    private byte Toward(float value, float clean)
    {
        var place = Place(value);
        return Find(value)
            ?? (byte)
                Math.Clamp(
                    value > clean ? Math.Floor(place)
                        : value < clean ? Math.Ceiling(place)
                        : Math.Round(place),
                    0,
                    Top
                );
    }

    /// <summary>The next byte on the way to the clean value, if it is nearer.</summary>
    private byte? Nearer(byte place, float clean)
    {
        var change = Change(place, clean);
        var next = place - Math.Sign(change);
        return next is >= 0 and <= Top && Math.Abs(Change(next, clean)) < Math.Abs(change) ? (byte)next : null;
    }

    /// <summary>Brings the value that has changed most one byte nearer; false where none can come nearer.</summary>
    private bool Shorten(byte[] bytes, ReadOnlySpan<float> clean)
    {
        var (worst, most) = (-1, 0.0);
        for (var i = 0; i < bytes.Length; i++)
        {
            var change = Math.Abs(Change(bytes[i], clean[i]));
            if (change > most && Nearer(bytes[i], clean[i]) is not null)
            {
                (worst, most) = (i, change);
            }
        }
        if (worst < 0)
        {
            return false;
        }
        bytes[worst] = Nearer(bytes[worst], clean[worst])!.Value;
        return true;
    }
}
