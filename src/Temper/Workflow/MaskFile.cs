using System.Buffers.Binary;
using Temper.Data;
using Temper.Data.Readers;
using Temper.Errors;
using Temper.Serialization;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>Reads which values of an input may change, and by what share of the budget.</summary>
public static class MaskFile
{
    private const string TensorName = "mask";

    /// <summary>Reads a mask for the inputs of a data set. No tensor is made on the way.</summary>
    /// <param name="path">
    /// A safetensors file with one tensor <c>mask</c> of float32, bytes or booleans (channels, height, width), or a PNG picture of the
    /// inputs' size, whose bytes are divided by 255.
    /// </param>
    /// <param name="set">The data set.</param>
    /// <exception cref="DataException">The file cannot be read, is damaged, or has another shape.</exception>
    /// <exception cref="ThreatException">A value lies outside [0, 1].</exception>
    public static ValueBudgets Read(string path, ExampleSet set)
    {
        var shares = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".safetensors" => FromTensor(path, set),
            ".png" => FromPicture(path, set),
            _ => throw new DataException(
                $"{path}: found no mask by its name, expected a .safetensors file with the tensor '{TensorName}', or a .png picture."
            ),
        };
        try
        {
            return new(shares, set.Channels, set.Height, set.Width);
        }
        catch (ThreatException e)
        {
            throw new ThreatException($"{path}: {e.Message}", e);
        }
    }

    private static float[] FromTensor(string path, ExampleSet set)
    {
        var file = SafetensorsFile.Read(path);
        if (file.Entries is not [{ Name: TensorName } entry])
        {
            var names = string.Join(", ", file.Entries.Select(e => SafetensorsHeader.Quoted(e.Name)));
            throw new DataException(
                $"{path}: found the tensors {(names.Length > 0 ? names : "none")}, expected one, '{TensorName}'."
            );
        }
        long[] expected = [set.Channels, set.Height, set.Width];
        if (!entry.Shape.AsSpan().SequenceEqual(expected))
        {
            throw new DataException(
                $"{path}: '{TensorName}' has the shape ({string.Join(", ", entry.Shape)}), expected ({string.Join(", ", expected)}), channels, height and width of the inputs."
            );
        }
        var bytes = entry.Data.Span;
        var shares = new float[set.ValuesPerExample];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = entry.DType switch
            {
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
                "U8" or "BOOL" => bytes[i],
                _ => throw new DataException(
                    $"{path}: '{TensorName}' is of type {entry.DType}, expected F32, U8 or BOOL."
                ),
            };
        }
        return shares;
    }

    private static float[] FromPicture(string path, ExampleSet set)
    {
        if (set.Channels is not (1 or 3))
        {
            throw new DataException(
                $"{path}: a picture has 1 or 3 channels, the inputs have {set.Channels}; give the mask as .safetensors."
            );
        }
        var picture = PictureFile.Decode(FileBytes.Read(path), path, set.Channels);
        if ((picture.Height, picture.Width) != (set.Height, set.Width))
        {
            throw new DataException(
                $"{path}: found {picture.Width} × {picture.Height} pixels, expected {set.Width} × {set.Height}, the size of the inputs."
            );
        }
        var planes = new byte[set.ValuesPerExample];
        picture.CopyPlanes(planes);
        return Array.ConvertAll(planes, value => value / 255f);
    }
}
