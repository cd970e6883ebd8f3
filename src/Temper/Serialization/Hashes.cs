using System.Security.Cryptography;
using Temper.Errors;

namespace Temper.Serialization;

/// <summary>SHA-256 in lower-case hexadecimal.</summary>
public static class Hashes
{
    /// <summary>Hashes a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">It cannot be read.</exception>
    public static string Sha256OfFile(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({e.Message}).", e);
        }
    }

    /// <summary>Hashes bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
