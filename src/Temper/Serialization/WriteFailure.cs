namespace Temper.Serialization;

/// <summary>Tells a disk's or folder's refusal from other errors, and what to do about it.</summary>
internal static class WriteFailure
{
    // errno values, the same on Linux and macOS; the runtime puts them into HResult.
    private const int DeviceIo = 5;
    private const int IsFolder = 21;
    private const int NoSpace = 28;
    private const int ReadOnlyFiles = 30;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;

    // ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

    /// <summary>Whether an error is the refusal of a write, of opening or of renaming a file.</summary>
    public static bool Is(Exception e) => e is IOException or UnauthorizedAccessException || IsTooLarge(e);

    /// <summary>One sentence on what is wrong and one on what to do.</summary>
    /// <param name="e">An error for which <see cref="Is"/> holds.</param>
    public static string Explain(Exception e) =>
        IsTooLarge(e)
            ? "File too large. It is larger than the file-size limit (ulimit -f) or the file system allows: raise the limit."
            : $"{e.Message.TrimEnd('.')}. {Advice(e)}";

    private static string Advice(Exception e) =>
        e switch
        {
            UnauthorizedAccessException => "The permission to write there is missing: choose another folder.",
            PathTooLongException => "Choose a shorter name.",
            DirectoryNotFoundException or FileNotFoundException =>
                "The folder does not exist, or a part of the path is a file: make the folder first, or choose another.",
            _ => e.HResult switch
            {
                NoSpace or QuotaLinux or QuotaMac or DiskFullWindows or HandleDiskFullWindows =>
                    "The disk or the quota is full: free some space, or choose another disk.",
                ReadOnlyFiles => "The file system is read-only: choose another folder.",
                IsFolder => "A folder of that name is in the way: remove it, or choose another name.",
                DeviceIo => "The disk reports a fault: check it.",
                _ => "Check that the folder exists, may be written to, and that the disk is not full.",
            },
        };

    // The runtime reports EFBIG, the error at a file-size limit, as if an argument called 'value' were wrong.
    private static bool IsTooLarge(Exception e) => e is ArgumentOutOfRangeException { ParamName: "value" };
}
