namespace Temper.Threats;

/// <summary>The moves of a search that sees scores only: whole windows of an input change at once, up to the budget.</summary>
/// <remarks>
/// Andriushchenko et al. 2020, Square attack, sections 3.2 to 3.4. Inputs are rows of C·H·W values; a window is one
/// rectangle in all channels. Draws are uniform in [0, 1); equal draws give equal moves.
/// </remarks>
/// <param name="channels">The channels C.</param>
/// <param name="height">The height H.</param>
/// <param name="width">The width W.</param>
internal abstract class WindowMoves(int channels, int height, int width)
{
    /// <summary>Gets the channels.</summary>
    protected int Channels => channels;

    /// <summary>Gets the height.</summary>
    protected int Height => height;

    /// <summary>Gets the width.</summary>
    protected int Width => width;

    /// <summary>Gets the draws that <see cref="Start"/> takes.</summary>
    public abstract int StartDraws { get; }

    /// <summary>Gets the draws that <see cref="Move"/> takes.</summary>
    public abstract int MoveDraws { get; }

    /// <summary>Writes the first point.</summary>
    /// <param name="clean">The clean input.</param>
    /// <param name="point">Overwritten with a legal point.</param>
    /// <param name="draws">The draws.</param>
    public abstract void Start(ReadOnlySpan<float> clean, Span<float> point, ReadOnlySpan<float> draws);

    /// <summary>Moves a point.</summary>
    /// <param name="clean">The clean input.</param>
    /// <param name="point">A legal point, overwritten with another one.</param>
    /// <param name="draws">The draws.</param>
    /// <param name="share">The share of the image that the window covers, above 0 and at most 1.</param>
    public abstract void Move(ReadOnlySpan<float> clean, Span<float> point, ReadOnlySpan<float> draws, double share);

    /// <summary>The sides of a window that covers a share of the image: a square where it fits, else as much as there is room for.</summary>
    /// <param name="share">The share.</param>
    /// <param name="least">The smallest side, where the image is large enough.</param>
    /// <param name="odd">Whether sides are odd, where the image is large enough.</param>
    protected (int Rows, int Columns) Sides(double share, int least, bool odd)
    {
        var area = share * height * width;
        var (rows, columns) = (Side(Math.Sqrt(area), height), Side(Math.Sqrt(area), width));
        // A flat image gives in the other direction what it has not in this one: on one row, a window is a run.
        return height < width ? (rows, Side(area / rows, width))
            : height > width ? (Side(area / columns, height), columns)
            : (rows, columns);

        int Side(double length, int most)
        {
            var side = Math.Max((int)Math.Round(length), least);
            return Math.Min(odd ? side | 1 : side, most);
        }
    }

    /// <summary>A place for a side of a window, every one as likely, the last one too.</summary>
    protected static int Place(float draw, int side, int length) =>
        Math.Min((int)(draw * (length - side + 1)), length - side);

    /// <summary>One of two signs.</summary>
    protected static int Sign(float draw) => draw < 0.5f ? -1 : 1;
}
