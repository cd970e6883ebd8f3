using System.IO.Compression;
using Temper.Data.Readers;

namespace Temper.Tests.Data;

public sealed class FileBytesTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 4)]
    [InlineData(3, 4)]
    // One byte more tells that there is more than expected; the rest is left packed.
    [InlineData(9, 5)]
    public void Unpacks_at_most_one_byte_more_than_expected(int there, int found)
    {
        byte[] content = [.. Enumerable.Range(1, there).Select(i => (byte)i)];
        var unpacked = FileBytes.Unpacked(Packed(content), there == 0 ? 0 : 4);
        Assert.Equal(content.Take(Math.Min(there, found)), unpacked);
    }

    [Fact]
    public void What_is_not_packed_is_left_as_it_is()
    {
        byte[] content = [1, 2, 3];
        Assert.Same(content, FileBytes.Unpacked(content, 1));
    }

    private static byte[] Packed(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write(content);
        }
        return packed.ToArray();
    }
}
