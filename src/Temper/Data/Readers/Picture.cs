namespace Temper.Data.Readers;

/// <summary>A decoded image.</summary>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
/// <param name="Channels">1 for grey, 3 for red, green, blue.</param>
/// <param name="Values">Height × Width × Channels bytes, the channels of a pixel together.</param>
internal sealed record Picture(int Width, int Height, int Channels, byte[] Values)
{
    /// <summary>Copies the image plane by plane: Channels × Height × Width.</summary>
    public void CopyPlanes(Span<byte> target)
    {
        var plane = Width * Height;
        for (var c = 0; c < Channels; c++)
        {
            for (var i = 0; i < plane; i++)
            {
                target[(c * plane) + i] = Values[(i * Channels) + c];
            }
        }
    }
}
