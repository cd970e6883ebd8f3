using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using Temper.Errors;

namespace Temper.Data;

/// <summary>Images, resident as bytes; a value is its byte divided by 255.</summary>
public sealed class ImageSet : ExampleSet
{
    /// <summary>Creates a set.</summary>
    /// <param name="card">What is known about it.</param>
    /// <param name="pixels">Count × channels × height × width bytes, row-major; not copied.</param>
    /// <param name="labels">One label per image; not copied.</param>
    /// <exception cref="DataException">A dimension is impossible, lengths disagree, or a label is out of range.</exception>
    public ImageSet(DataCard card, byte[] pixels, int[] labels)
        : base(card, labels, pixels.Length, "pixels") => Pixels = pixels;

    /// <summary>Gets all pixels, 0 to 255: Count × Channels × Height × Width, row-major. Not a copy; do not change it.</summary>
    public byte[] Pixels { get; }

    /// <summary>One image: Channels × Height × Width bytes, a view into <see cref="Pixels"/>.</summary>
    /// <param name="index">Its canonical index, 0 to Count − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(index * ValuesPerExample, ValuesPerExample);

    /// <inheritdoc/>
    public override void Copy(int index, Span<float> target)
    {
        var source = Image(index);
        var i = 0;
        // Eight bytes at a time; divided, not multiplied by a reciprocal, so that 255 becomes exactly 1.
        for (; i <= source.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var bytes = Vector64.Create(BinaryPrimitives.ReadUInt64LittleEndian(source[i..])).AsByte();
            var words = Vector256.ConvertToSingle(
                Vector256.WidenLower(Vector128.WidenLower(bytes.ToVector128()).ToVector256()).AsInt32()
            );
            (words / 255f).CopyTo(target[i..]);
        }
        for (; i < source.Length; i++)
        {
            target[i] = source[i] / 255f;
        }
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Bytes(int index) => Image(index);
}
