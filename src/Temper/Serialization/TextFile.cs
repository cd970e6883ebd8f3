using System.Text;
using Temper.Errors;

namespace Temper.Serialization;

/// <summary>Reads text files strictly.</summary>
internal static class TextFile
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a whole file as UTF-8.</summary>
    /// <exception cref="DataException">The file is missing, cannot be read, or is not UTF-8.</exception>
    public static string Read(string path)
    {
        try
        {
            return Strict.GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException($"{path}: not found.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read: {e.Message}", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new DataException($"{path}: found bytes that are not UTF-8 text, expected UTF-8.", e);
        }
    }
}
