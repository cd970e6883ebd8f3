using CsCheck;
using Temper.Errors;
using Temper.Serialization;
using Temper.Tests.Reports;

namespace Temper.Tests.Serialization;

public sealed class SafetensorsFileTests
{
    private static readonly (string DType, int Width)[] Types =
    [
        ("F64", 8),
        ("F32", 4),
        ("F16", 2),
        ("BF16", 2),
        ("I64", 8),
        ("I32", 4),
        ("I16", 2),
        ("I8", 1),
        ("U8", 1),
        ("BOOL", 1),
    ];

    private static readonly Gen<SafetensorsEntry> Entries =
        from name in Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 1, 8], Pick("", "é", "\"q\"\n", "日本", "😀"))
        from type in Pick(Types)
        from shape in Gen.Long[0, 4].Array[0, 4]
        from data in Gen.Byte.Array[(int)shape.Aggregate((long)type.Width, (a, b) => a * b)]
        select new SafetensorsEntry(name, type.DType, shape, data);

    private static readonly Gen<SafetensorsFile> Files =
        from entries in Entries.Array[0, 6]
        from metadata in Gen.Dictionary(Gen.String.AlphaNumeric, Pick("", "x", "ü\t", "<&>"))[0, 4]
        select new SafetensorsFile([.. entries.DistinctBy(e => e.Name)], metadata);

    [Fact]
    public void What_is_written_is_read_back_and_written_alike() =>
        Files.Sample(
            file =>
            {
                var bytes = SafetensorsSamples.Written(file);
                var read = SafetensorsFile.Read(bytes, "x");
                RequireSame(file, read);
                Assert.Equal(bytes, SafetensorsSamples.Written(read));
                using var stream = new MemoryStream(bytes);
                RequireSame(file, SafetensorsFile.Read(stream, "x"));
                Assert.Equal(0UL, BitConverter.ToUInt64(bytes) % 8);
            },
            iter: 2000,
            threads: 1
        );

    [Fact]
    public void Written_bytes_are_those_of_the_format()
    {
        var file = new SafetensorsFile(
            [new("w", "F32", [2, 1], new byte[] { 0, 1, 2, 3, 4, 5, 6, 7 }), new("b", "U8", [], new byte[] { 8 })],
            new Dictionary<string, string> { ["z"] = "1", ["a"] = "2" }
        );
        const string Header =
            """{"__metadata__":{"a":"2","z":"1"},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[],"data_offsets":[8,9]}}""";
        var padded = Header + new string(' ', (8 - (Header.Length % 8)) % 8);
        Assert.Equal(SafetensorsSamples.File(padded, 9), SafetensorsSamples.Written(file));
    }

    [Fact]
    public void A_file_on_disk_is_replaced_and_read()
    {
        using var folder = new Folder();
        var path = folder.File("w.safetensors");
        var file = new SafetensorsFile([new("a", "U8", [2], new byte[] { 3, 4 })], new Dictionary<string, string>());
        File.WriteAllText(path, "old");
        file.Write(path);
        RequireSame(file, SafetensorsFile.Read(path));
        Assert.Single(Directory.GetFiles(folder.Path));
        Assert.Contains("gone", Assert.Throws<DataException>(() => SafetensorsFile.Read(folder.File("gone"))).Message);
        Assert.Throws<DataException>(() => SafetensorsFile.Read(folder.Path));
        Assert.Throws<RunFailedException>(() => file.Write(path + "/x"));
    }

    [Fact]
    public void The_header_may_list_tensors_in_any_order()
    {
        var file = SafetensorsFile.Read(SafetensorsSamples.Good()[3], "x");
        Assert.Equal(["a", "e", "b"], file.Entries.Select(e => e.Name));
        Assert.Equal([8, 9, 10], file.Entries[2].Data.ToArray());
        Assert.Equal([0, 9], file.Entries[1].Shape);
        Assert.Equal("v", file.Metadata["k"]);
    }

    [Fact]
    public void Files_of_the_reference_library_are_read_and_written_byte_for_byte()
    {
        var models = SharedModels();
        Assert.SkipWhen(
            models is null,
            "no folder shared/models above the tests: nothing of the reference library to read"
        );
        var paths = Directory.GetFiles(models, "weights.safetensors", SearchOption.AllDirectories);
        Assert.NotEmpty(paths);
        foreach (var path in paths)
        {
            var file = SafetensorsFile.Read(path);
            Assert.NotEmpty(file.Entries);
            Assert.Equal(File.ReadAllBytes(path), SafetensorsSamples.Written(file));
        }
    }

    [Fact]
    public void Cut_anywhere_it_is_refused()
    {
        foreach (var whole in SafetensorsSamples.Good())
        {
            for (var length = 0; length < whole.Length; length++)
            {
                var e = Assert.Throws<DataException>(() =>
                    SafetensorsFile.Read(whole.AsMemory(0, length), "cut.safetensors")
                );
                Assert.StartsWith("cut.safetensors: ", e.Message);
            }
            Assert.Throws<DataException>(() => SafetensorsFile.Read((byte[])[.. whole, 0], "long"));
        }
    }

    [Theory]
    [InlineData("[]", 0, "does not begin with '{'")]
    [InlineData(" {}", 0, "does not begin with '{'")]
    [InlineData("{} x", 0, "goes on after")]
    [InlineData("{}\n", 0, "goes on after")]
    [InlineData("""{"a":""", 0, "not the JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},}""", 1, "not the JSON")]
    [InlineData("""{"a":1}""", 0, "'a', expected an object")]
    [InlineData("""{"a":[]}""", 0, "'a', expected an object")]
    [InlineData("""{"a":{}}""", 0, "'a' lacks dtype")]
    [InlineData("""{"\ud800":{}}""", 0, "not the JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1]}}""", 1, "'a' lacks dtype")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}""", 1, "two data_offsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}""", 1, "wrong data_offsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":0}}""", 1, "field 'x'")]
    [InlineData("""{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "field 'dtype' twice")]
    [InlineData("""{"a":{"dtype":8,"shape":[1],"data_offsets":[0,1]}}""", 1, "field 'dtype'")]
    [InlineData("""{"a":{"dtype":null,"shape":[1],"data_offsets":[0,1]}}""", 1, "field 'dtype'")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""",
        2,
        "'a' twice"
    )]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}""", 1, "type 'F8_E4M3'")]
    [InlineData("""{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "type 'f32'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", 1, "wrong shape")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}""", 1, "wrong shape")]
    [InlineData("""{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}""", 1, "wrong shape")]
    [InlineData("""{"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}""", 1, "wrong shape")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]}}""", 1, "wrong shape")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "impossible shape")]
    [InlineData("""{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}""", 0, "impossible shape")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[4611686018427387904],"data_offsets":[0,4611686018427387904]}}""",
        1,
        "damaged or cut short"
    )]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "expected 8 bytes")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}""", 1, "'a' lies at 1 to 0")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "'a' lies at 1 to 2")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""",
        3,
        "'b' lies at 1 to 3"
    )]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""",
        3,
        "'b' lies at 2 to 3"
    )]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 1, "within 1 bytes")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 2, "found 2 bytes of data, expected 1")]
    [InlineData("{}", 1, "found 1 bytes of data, expected 0")]
    [InlineData("""{"__metadata__":[]}""", 0, "expected an object")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "metadata 'k', expected text")]
    [InlineData("""{"__metadata__":{"k":{"l":"m"}}}""", 0, "metadata 'k', expected text")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"}}""", 0, "metadata 'k' twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "'__metadata__' twice")]
    public void Damaged_files_are_refused_and_the_message_says_where(string header, int data, string expected)
    {
        var bytes = SafetensorsSamples.File(header, data);
        var e = Assert.Throws<DataException>(() => SafetensorsFile.Read(bytes, "bad.safetensors"));
        Assert.StartsWith("bad.safetensors: ", e.Message);
        Assert.Contains(expected, e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Bytes_that_are_no_text_and_lengths_out_of_bounds_are_refused()
    {
        Refused(SafetensorsSamples.File([(byte)'{', 0xFF, (byte)'}'], 0), "not UTF-8");
        foreach (var length in new ulong[] { 0, 1, 3, 100_000_001, ulong.MaxValue, 1UL << 63 })
        {
            Refused([.. BitConverter.GetBytes(length), (byte)'{', (byte)'}'], "header is said to have");
        }
        Refused([], "found 0 bytes");
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 10_000));
        Refused(SafetensorsSamples.File(deep, 0), "field 'a'");
        var wide =
            $$$"""{"a":{"dtype":"U8","shape":[{{{string.Join(',', Enumerable.Repeat('1', 33))}}}],"data_offsets":[0,1]}}""";
        Refused(SafetensorsSamples.File(wide, 1), "at most 32");
        Refused(SafetensorsSamples.File("""{"\u001b[2J\n":1}""", 0), "'?[2J?'");
    }

    [Fact]
    public void What_could_not_be_read_back_is_not_made()
    {
        var none = new Dictionary<string, string>();
        SafetensorsEntry Entry(string name, string dtype = "U8", long side = 1) =>
            new(name, dtype, [side], new byte[1]);
        foreach (
            var (entries, expected) in new (SafetensorsEntry[], string)[]
            {
                ([Entry("a"), Entry("a")], "'a' is taken"),
                ([Entry("__metadata__")], "'__metadata__' is taken"),
                ([Entry("\ud800")], "surrogate"),
                ([Entry("a", "U64")], "type 'U64'"),
                ([Entry("a", side: 2)], "has 1 bytes, expected 2"),
                ([Entry("a", side: -1)], "impossible shape"),
            }
        )
        {
            Assert.Contains(expected, Assert.Throws<DataException>(() => new SafetensorsFile(entries, none)).Message);
        }
        Assert.Throws<DataException>(() =>
            new SafetensorsFile([], new Dictionary<string, string> { ["k"] = "\udc00" })
        );
    }

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static void Refused(byte[] bytes, string expected) =>
        Assert.Contains(expected, Assert.Throws<DataException>(() => SafetensorsFile.Read(bytes, "x")).Message);

    private static void RequireSame(SafetensorsFile expected, SafetensorsFile found)
    {
        Assert.Equal(expected.Metadata.OrderBy(m => m.Key), found.Metadata.OrderBy(m => m.Key));
        Assert.Equal(expected.Entries.Count, found.Entries.Count);
        foreach (var (e, f) in expected.Entries.Zip(found.Entries))
        {
            Assert.Equal((e.Name, e.DType), (f.Name, f.DType));
            Assert.Equal(e.Shape, f.Shape);
            Assert.True(e.Data.Span.SequenceEqual(f.Data.Span));
        }
    }

    private static string? SharedModels()
    {
        for (var place = new DirectoryInfo(AppContext.BaseDirectory); place is not null; place = place.Parent)
        {
            var models = Path.Combine(place.FullName, "shared", "models");
            if (Directory.Exists(models))
            {
                return models;
            }
        }
        return null;
    }
}
