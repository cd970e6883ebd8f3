using System.Text;
using Temper.Serialization;
using Temper.Tests.Kit;

namespace Temper.Tests.Serialization;

public sealed class SafetensorsFuzzTests
{
    private const int Inputs = 100_000;

    [Fact]
    public void Damaged_input_is_read_or_refused_in_little_memory()
    {
        byte[][] words =
        [
            .. new[]
            {
                "{",
                "}",
                "[",
                "]",
                ",",
                "\"",
                "null",
                "-1",
                "1e9",
                "\\u0000",
                "9223372036854775807",
                "\"F64\"",
            }.Select(Encoding.ASCII.GetBytes),
        ];
        var (taken, most) = Fuzz.Run(
            1,
            Inputs,
            SafetensorsSamples.Good(),
            words,
            input =>
            {
                // What is taken is sound: it can be written, and that reads as the same.
                var file = SafetensorsFile.Read(input, "fuzz");
                var bytes = SafetensorsSamples.Written(file);
                Assert.Equal(bytes, SafetensorsSamples.Written(SafetensorsFile.Read(bytes, "again")));
            }
        );
        Assert.InRange(taken, 1, Inputs / 2);
        Assert.InRange(most, 1, 1 << 20);
    }
}
