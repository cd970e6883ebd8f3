using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Temper.Serialization;

/// <summary>Tells devices and pipes from files, which .NET does not.</summary>
internal static partial class FileKind
{
    private const int CurrentFolder = -100;
    private const uint Mode = 2;
    private const int Size = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;

    /// <summary>Whether a path leads to something that exists and is neither a file nor a folder.</summary>
    /// <param name="path">The path; links are followed.</param>
    public static bool IsSpecial(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }
        try
        {
            // struct statx is part of the kernel's interface and the same on every architecture, unlike struct stat.
            var found = new byte[Size];
            return Status(CurrentFolder, path, 0, Mode, found) == 0
                && (BinaryPrimitives.ReadUInt16LittleEndian(found.AsSpan(ModeOffset)) & TypeMask)
                    is not (Folder or Regular);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, [Out] byte[] found);
}
