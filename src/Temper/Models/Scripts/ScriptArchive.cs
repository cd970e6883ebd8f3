using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Temper.Errors;

namespace Temper.Models.Scripts;

/// <summary>The entries of a TorchScript archive, read more strictly than zip asks for.</summary>
/// <remarks>
/// Two readers of one zip file can see two different archives: by a comment that holds a second directory, by 32-bit and
/// 64-bit records that differ, by names that are there twice. libtorch reads by its own code, so whatever could be read
/// in two ways is refused here. Nothing larger than the file times <see cref="MostExpansion"/> is ever allocated.
/// </remarks>
internal sealed class ScriptArchive
{
    private const int MostEntries = 100_000;
    private const int MostName = 1024;
    private const int MostExpansion = 64;
    private const int LeastBudget = 1 << 20;
    private const int EndSize = 22;
    private const int LocatorSize = 20;
    private const int End64Size = 56;
    private const int DirectorySize = 46;
    private const int LocalSize = 30;
    private const ushort Stored = 0;
    private const ushort Deflated = 8;

    private readonly Stream _stream;
    private readonly Dictionary<string, ScriptEntry> _entries = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the directory.</summary>
    /// <param name="stream">The file; seekable, borrowed for the archive's life.</param>
    /// <exception cref="DataException">It is not a zip file, or can be read in two ways.</exception>
    public ScriptArchive(Stream stream)
    {
        _stream = stream;
        if (stream.Length < EndSize || U32(Read(0, 4), 0) != 0x04034B50)
        {
            throw new DataException("not a TorchScript archive: it does not begin as a zip file");
        }
        var (offset, size, count) = Directory();
        ReadDirectory(Read(offset, size), count);
        var total = _entries.Values.Sum(e => (decimal)e.Size);
        var most = Math.Max(LeastBudget, MostExpansion * (decimal)stream.Length);
        if (total > most)
        {
            throw new DataException(
                $"its entries unpack to {total} bytes, expected at most {most} for a file this large"
            );
        }
    }

    /// <summary>Gets the entries in the order of the directory; names without the archive's own folder.</summary>
    public IReadOnlyCollection<ScriptEntry> Entries => _entries.Values;

    /// <summary>Finds an entry by its name below the archive's own folder.</summary>
    public ScriptEntry? Find(string name) =>
        _entries.GetValueOrDefault(name) is { } entry && entry.Name == name ? entry : null;

    /// <summary>Unpacks an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="most">The largest size that makes sense.</param>
    /// <exception cref="DataException">It is too large, damaged, or of another size than the directory says.</exception>
    public byte[] Unpack(ScriptEntry entry, long most)
    {
        if (entry.Size > most)
        {
            throw new DataException($"{entry.Name}: found {entry.Size} bytes, expected at most {most}");
        }
        var packed = Read(DataOffset(entry), entry.PackedSize);
        if (entry.Method == Stored)
        {
            return packed;
        }
        var bytes = new byte[entry.Size];
        try
        {
            using var inflater = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
            var got = inflater.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (got != bytes.Length || inflater.ReadByte() >= 0)
            {
                throw new DataException(
                    $"{entry.Name}: it unpacks to another size than the {entry.Size} bytes declared"
                );
            }
        }
        catch (InvalidDataException e)
        {
            throw new DataException($"{entry.Name}: its compressed data is damaged", e);
        }
        return bytes;
    }

    private (long Offset, long Size, long Count) Directory()
    {
        var endAt = _stream.Length - EndSize;
        var end = Read(endAt, EndSize);
        if (U32(end, 0) != 0x06054B50 || U16(end, 20) != 0 || U32(end, 4) != 0 || U16(end, 8) != U16(end, 10))
        {
            throw new DataException("not a TorchScript archive: the zip directory's end is missing, or has a comment");
        }
        (long Offset, long Size, long Count) found = (U32(end, 16), U32(end, 12), U16(end, 10));
        var locatorAt = endAt - LocatorSize;
        if (locatorAt >= 0 && Read(locatorAt, LocatorSize) is var locator && U32(locator, 0) == 0x07064B50)
        {
            endAt = locatorAt - End64Size;
            var end64 = endAt < 0 ? [] : Read(endAt, End64Size);
            if (
                end64.Length == 0
                || U32(end64, 0) != 0x06064B50
                || U64(end64, 4) != End64Size - 12
                || U64(locator, 8) != endAt
            )
            {
                throw new DataException("its 64-bit zip directory is damaged");
            }
            var wide = (Offset: U64(end64, 48), Size: U64(end64, 40), Count: U64(end64, 32));
            var same =
                (found.Offset == uint.MaxValue || found.Offset == wide.Offset)
                && (found.Size == uint.MaxValue || found.Size == wide.Size)
                && (found.Count == ushort.MaxValue || found.Count == wide.Count);
            found = same ? wide : throw new DataException("its 32-bit and 64-bit zip directories differ");
        }
        if (
            found.Offset < 0
            || found.Size < 0
            || found.Offset != endAt - found.Size
            || found.Count is < 1 or > MostEntries
        )
        {
            throw new DataException("its zip directory does not lie where its end says, or is empty");
        }
        return found;
    }

    private void ReadDirectory(byte[] directory, long count)
    {
        var at = 0;
        string? folder = null;
        for (var i = 0L; i < count; i++)
        {
            if (at + DirectorySize > directory.Length || U32(directory, at) != 0x02014B50)
            {
                throw new DataException($"entry {i} of its zip directory is damaged");
            }
            var (nameSize, extraSize, commentSize) = (
                U16(directory, at + 28),
                U16(directory, at + 30),
                U16(directory, at + 32)
            );
            var next = at + DirectorySize + nameSize + extraSize + commentSize;
            if (next > directory.Length || nameSize is 0 or > MostName)
            {
                throw new DataException($"entry {i} of its zip directory is damaged");
            }
            var name = Encoding.Latin1.GetString(directory, at + DirectorySize, nameSize);
            folder ??= name.Split('/')[0] + "/";
            var entry = Entry(directory, at, Checked(name, folder));
            if (!_entries.TryAdd(entry.Name, entry))
            {
                throw new DataException($"the entry {entry.Name} is there twice");
            }
            at = next;
        }
        if (at != directory.Length)
        {
            throw new DataException("its zip directory holds more than its entries");
        }
    }

    private ScriptEntry Entry(byte[] directory, int at, string name)
    {
        var (flags, method) = (U16(directory, at + 8), U16(directory, at + 10));
        var (packed, size, offset) = (
            (long)U32(directory, at + 20),
            (long)U32(directory, at + 24),
            (long)U32(directory, at + 42)
        );
        if (packed == uint.MaxValue || size == uint.MaxValue || offset == uint.MaxValue)
        {
            // A model of 4 GB is out of reach here; a small file that says so is not one.
            throw new DataException($"{name}: it says that it is larger than 4 GB");
        }
        // Bit 0: encrypted. Bit 5: patched data. Bit 13: masked headers.
        if ((flags & 0x2021) != 0 || method is not (Stored or Deflated) || (method == Stored && packed != size))
        {
            throw new DataException($"{name}: it is packed in a way that TorchScript archives are not");
        }
        return offset + LocalSize + packed <= _stream.Length
            ? new(name, method, packed, size, offset)
            : throw new DataException($"{name}: it reaches beyond the end of the file");
    }

    private static string Checked(string name, string folder)
    {
        if (name.Any(c => c is < ' ' or > '~' or '\\' or ':'))
        {
            throw new DataException("an entry's name has characters that no TorchScript archive uses");
        }
        if (
            !name.StartsWith(folder, StringComparison.Ordinal) || name.Split('/').Any(part => part is "" or "." or "..")
        )
        {
            throw new DataException($"the entry {name} does not lie in the archive's own folder {folder}");
        }
        return name[folder.Length..];
    }

    private long DataOffset(ScriptEntry entry)
    {
        var local = Read(entry.Offset, LocalSize);
        var at = entry.Offset + LocalSize + U16(local, 26) + U16(local, 28);
        if (U32(local, 0) != 0x04034B50 || U16(local, 8) != entry.Method || at + entry.PackedSize > _stream.Length)
        {
            throw new DataException($"{entry.Name}: its own header and the zip directory differ");
        }
        return at;
    }

    private byte[] Read(long offset, long size)
    {
        if (offset < 0 || size < 0 || size > _stream.Length - offset)
        {
            throw new DataException("not a whole TorchScript archive: a part lies beyond the end of the file");
        }
        var bytes = new byte[size];
        _stream.Position = offset;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private static ushort U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static long U64(byte[] bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
}
