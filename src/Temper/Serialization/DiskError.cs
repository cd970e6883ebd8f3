namespace Temper.Serialization;

/// <summary>Tells what the system throws when a file cannot be written.</summary>
internal static class DiskError
{
    /// <summary>Whether an error says that a file cannot be written.</summary>
    /// <param name="error">The error.</param>
    /// <remarks>A write beyond the file-size limit of the process comes as an argument error from the inside of a stream.</remarks>
    public static bool Is(Exception error) =>
        error
            is IOException
                or UnauthorizedAccessException
                or ArgumentOutOfRangeException { ParamName: "value", ActualValue: null };

    /// <summary>What the system says.</summary>
    /// <param name="error">The error.</param>
    public static string Text(Exception error) =>
        error is ArgumentOutOfRangeException
            ? "The file would be larger than this process may write (ulimit -f) or the file system can hold."
            : error.Message;
}
