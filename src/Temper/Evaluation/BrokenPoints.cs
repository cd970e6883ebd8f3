using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Temper.Errors;
using Temper.Serialization;

namespace Temper.Evaluation;

/// <summary>The points that broke examples: <c>points.safetensors</c>, the proof of every broken row of the ledger.</summary>
public sealed class BrokenPoints
{
    /// <summary>The file's name.</summary>
    public const string FileName = "points.safetensors";

    private const string IndexName = "index";
    private const string PointName = "point";
    private const string IdentityKey = "temper.evaluation";

    private readonly byte[] _values;
    private readonly int _each;

    private BrokenPoints(int[] shape, long[] indices, byte[] values)
    {
        (Shape, Indices, _values) = (shape, indices, values);
        _each = shape.Aggregate(1, (product, side) => product * side);
    }

    /// <summary>Gets channels, height and width of a point.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Gets the canonical indices of the broken examples, ascending.</summary>
    public IReadOnlyList<long> Indices { get; }

    /// <summary>Gets whether the points are few enough for one file: less than 2 GB.</summary>
    internal static bool Fit(int count, int valuesEach) => (long)count * valuesEach * sizeof(float) < 2_000_000_000;

    /// <summary>One point.</summary>
    /// <param name="place">Its place among <see cref="Indices"/>.</param>
    /// <returns>C·H·W values, row-major; a view that lives as long as this object.</returns>
    public ReadOnlySpan<float> Point(int place) => MemoryMarshal.Cast<byte, float>(_values).Slice(place * _each, _each);

    /// <summary>Unpacks the points of a finished evaluation.</summary>
    internal static BrokenPoints Of(int[] shape, IReadOnlyList<(long Index, string Text)> points)
    {
        var each = shape.Aggregate(1, (product, side) => product * side);
        var values = new byte[points.Count * each * sizeof(float)];
        var floats = MemoryMarshal.Cast<byte, float>(values.AsSpan());
        for (var place = 0; place < points.Count; place++)
        {
            PointText.Read(points[place].Text, floats.Slice(place * each, each));
        }
        return new(shape, [.. points.Select(p => p.Index)], values);
    }

    /// <summary>Writes the file, atomically.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="identity">A hash of what the evaluation is.</param>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    public void Write(string path, string identity)
    {
        var indices = new byte[Indices.Count * sizeof(long)];
        for (var place = 0; place < Indices.Count; place++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(indices.AsSpan(place * sizeof(long)), Indices[place]);
        }
        new SafetensorsFile(
            [
                new(IndexName, "I64", [Indices.Count], indices),
                new(PointName, "F32", [Indices.Count, .. Shape.Select(side => (long)side)], _values),
            ],
            new Dictionary<string, string> { [IdentityKey] = identity }
        ).Write(path);
    }

    /// <summary>Reads the file strictly.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">It is missing, damaged, holds other tensors, or its indices do not rise.</exception>
    public static BrokenPoints Read(string path)
    {
        var file = SafetensorsFile.Read(path);
        var index = file.Entries.FirstOrDefault(e => e.Name == IndexName);
        var point = file.Entries.FirstOrDefault(e => e.Name == PointName);
        if (
            file.Entries.Count != 2
            || index is not { DType: "I64", Shape: [var count] }
            || point is not { DType: "F32", Shape: [var rows, _, _, _] }
            || rows != count
        )
        {
            throw new DataException(
                $"{path}: expected two tensors, '{IndexName}' (N) of I64 and '{PointName}' (N, C, H, W) of F32."
            );
        }
        var indices = new long[count];
        for (var place = 0; place < indices.Length; place++)
        {
            indices[place] = BinaryPrimitives.ReadInt64LittleEndian(index.Data.Span[(place * sizeof(long))..]);
            if (indices[place] < 0 || (place > 0 && indices[place] <= indices[place - 1]))
            {
                throw new DataException(
                    $"{path}: '{IndexName}': found {indices[place]} at place {place}, expected indices that rise from 0."
                );
            }
        }
        return new([.. point.Shape[1..].Select(side => checked((int)side))], indices, point.Data.ToArray());
    }
}
