using CsCheck;
using Temper.Data;
using Temper.Errors;
using Temper.Tests.Kit;
using Temper.Tests.Reports;

namespace Temper.Tests.Data;

public sealed class IdxReaderTests
{
    private const int FuzzInputs = 100_000;

    private static readonly byte[] SmallImages = IdxSamples.File([IdxSamples.Images, 2, 3, 2], IdxSamples.Counting(12));
    private static readonly byte[] SmallLabels = IdxSamples.File([IdxSamples.Labels, 5], IdxSamples.Counting(5));

    [Fact]
    public void Images_and_labels_come_back_packed_or_not() =>
        (
            from count in Gen.Int[1, 20]
            from rows in Gen.Int[1, 9]
            from columns in Gen.Int[1, 9]
            from pixels in Gen.Byte.Array[count * rows * columns]
            from packed in Gen.Bool
            select (count, rows, columns, pixels, packed)
        ).Sample(
            t =>
            {
                var images = IdxSamples.File(
                    [IdxSamples.Images, (uint)t.count, (uint)t.rows, (uint)t.columns],
                    t.pixels
                );
                var labels = IdxSamples.File([IdxSamples.Labels, (uint)t.pixels.Length], t.pixels);
                (images, labels) = t.packed ? (IdxSamples.Gzip(images), IdxSamples.Gzip(labels)) : (images, labels);
                using var stream = new MemoryStream(images);
                foreach (var read in new[] { IdxReader.ReadImages(images, "x"), IdxReader.ReadImages(stream, "x") })
                {
                    Assert.Equal((t.count, t.rows, t.columns), (read.Count, read.Rows, read.Columns));
                    Assert.Equal(t.pixels, read.Pixels);
                }
                Assert.Equal(t.pixels, IdxReader.ReadLabels(labels, "x"));
            },
            iter: 1000,
            threads: 1
        );

    [Fact]
    public void Files_are_read_whatever_their_names()
    {
        using var folder = new Folder();
        File.WriteAllBytes(folder.File("i.idx"), IdxSamples.Gzip(SmallImages));
        File.WriteAllBytes(folder.File("l.gz"), SmallLabels);
        Assert.Equal(IdxSamples.Counting(12), IdxReader.ReadImages(folder.File("i.idx")).Pixels);
        Assert.Equal(IdxSamples.Counting(5), IdxReader.ReadLabels(folder.File("l.gz")));
        Assert.Contains("gone", Assert.Throws<DataException>(() => IdxReader.ReadLabels(folder.File("gone"))).Message);
        Assert.Throws<DataException>(() => IdxReader.ReadImages(folder.Path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cut_anywhere_or_followed_by_a_byte_it_is_refused(bool packed)
    {
        var images = packed ? IdxSamples.Gzip(SmallImages) : SmallImages;
        var labels = packed ? IdxSamples.Gzip(SmallLabels) : SmallLabels;
        for (var length = 0; length < images.Length; length++)
        {
            var e = Assert.Throws<DataException>(() => IdxReader.ReadImages(images[..length], "cut.idx"));
            Assert.StartsWith("cut.idx: ", e.Message);
        }
        for (var length = 0; length < labels.Length; length++)
        {
            Assert.Throws<DataException>(() => IdxReader.ReadLabels(labels[..length], "cut.idx"));
        }
        Assert.Throws<DataException>(() => IdxReader.ReadImages([.. images, 0], "long"));
        Assert.Throws<DataException>(() => IdxReader.ReadLabels([.. labels, 0], "long"));
    }

    [Fact]
    public void The_message_tells_what_was_expected_and_found()
    {
        Refused(SmallImages[..^3], "expected 12 bytes of data after the header, found 9");
        Refused([.. SmallImages, 0], "expected 12 bytes of data after the header, found more");
        Refused(SmallImages[..10], "expected 16 bytes of header (IDX images), found 10");
        Refused(SmallLabels[..8], "expected 16 bytes of header");
        Refused([.. SmallLabels, 0, 0, 0], "expected magic number 0x00000803 (IDX images), found 0x00000801");
        Refused(IdxSamples.File([IdxSamples.Images, 2, 0, 2], []), "2 images of 0 × 2");
        Refused(IdxSamples.File([IdxSamples.Images, 0, 2, 2], []), "0 images of 2 × 2");
        Refused(IdxSamples.File([IdxSamples.Images, 1, 65537, 1], IdxSamples.Counting(65537)), "65537 × 1");
        var e = Assert.Throws<DataException>(() =>
            IdxReader.ReadLabels(IdxSamples.File([IdxSamples.Labels, 0], []), "x")
        );
        Assert.Contains("0 labels", e.Message);
    }

    [Fact]
    public void A_damaged_gzip_stream_is_refused()
    {
        var packed = IdxSamples.Gzip(SmallImages);
        byte[] Changed(Index at) => [.. packed.Select((b, i) => i == at.GetOffset(packed.Length) ? (byte)(b ^ 1) : b)];
        // The tail is checksum, then length.
        Refused(Changed(^8), "gzip stream is damaged");
        Refused(Changed(^1), "gzip stream is damaged");
        Refused([.. packed, .. "more"u8], "goes on after its end");
        byte[] emptyMember = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Refused([.. packed, .. emptyMember], "goes on after its end");
        Refused([.. packed, .. packed], "found more");
        var cut = IdxSamples.Gzip(SmallImages[..^3]);
        Refused(cut, "expected 12 bytes of data after the header, found 9");
        Refused(IdxSamples.Gzip([.. SmallImages, 0]), "found more");
    }

    [Fact]
    public void What_a_header_claims_is_not_allocated()
    {
        uint[][] claims =
        [
            [IdxSamples.Images, 1 << 20, 32, 32],
            [IdxSamples.Images, uint.MaxValue, 65536, 65536],
            [IdxSamples.Images, 1, 65536, 65535],
        ];
        foreach (var claim in claims)
        {
            foreach (var bytes in new[] { IdxSamples.File(claim, new byte[1000]) })
            {
                Assert.InRange(Allocated(() => IdxReader.ReadImages(bytes, "x")), 0, 1 << 20);
                var packed = IdxSamples.Gzip(bytes);
                Assert.InRange(Allocated(() => IdxReader.ReadImages(packed, "x")), 0, 1 << 20);
            }
        }
        // The best that deflate can do stays allowed: 1 MB of zeros in about 1 KB.
        var zeros = IdxSamples.Gzip(IdxSamples.File([IdxSamples.Labels, 1_000_000], new byte[1_000_000]));
        Assert.InRange(zeros.Length, 900, 2000);
        Assert.Equal(1_000_000, IdxReader.ReadLabels(zeros, "x").Length);
    }

    [Fact]
    public void Damaged_input_is_read_or_refused_in_little_memory()
    {
        byte[][] valid = [SmallImages, SmallLabels, IdxSamples.Gzip(SmallImages), IdxSamples.Gzip(SmallLabels)];
        byte[][] words =
        [
            [0, 0, 8, 3],
            [0, 0, 8, 1],
            [0x1F, 0x8B, 8, 0],
            [0xFF, 0xFF, 0xFF, 0xFF],
        ];
        var (taken, most) = Fuzz.Run(
            2,
            FuzzInputs,
            valid,
            words,
            input =>
            {
                // One of the two must refuse; which one depends on the magic number.
                DataException? refused = null;
                try
                {
                    var images = IdxReader.ReadImages(input, "fuzz");
                    Assert.Equal(images.Count * images.Rows * images.Columns, images.Pixels.Length);
                }
                catch (DataException e)
                {
                    refused = e;
                }
                if (refused is not null)
                {
                    Assert.NotEmpty(IdxReader.ReadLabels(input, "fuzz"));
                }
            }
        );
        Assert.InRange(taken, 1, FuzzInputs / 2);
        Assert.InRange(most, 1, 8 << 20);
    }

    private static long Allocated(Action read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DataException>(read);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Refused(byte[] images, string expected)
    {
        var e = Assert.Throws<DataException>(() => IdxReader.ReadImages(images, "bad.idx"));
        Assert.StartsWith("bad.idx: ", e.Message);
        Assert.Contains(expected, e.Message);
    }
}
