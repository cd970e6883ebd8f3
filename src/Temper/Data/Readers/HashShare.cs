using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Temper.Data.Readers;

/// <summary>A number from 0 to below 1 that depends on some bytes alone: splits by it do not move when examples are added.</summary>
internal static class HashShare
{
    public static double Of(ReadOnlySpan<byte> bytes) =>
        (BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(bytes)) >> 11) * Math.ScaleB(1, -53);
}
