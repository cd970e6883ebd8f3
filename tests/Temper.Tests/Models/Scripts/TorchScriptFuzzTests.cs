using System.Text;
using Temper.Models.Scripts;
using Temper.Tests.Kit;

namespace Temper.Tests.Models.Scripts;

public sealed class TorchScriptFuzzTests
{
    private const int Inputs = 100_000;

    [Fact]
    public void Damaged_archives_are_read_or_refused_in_little_memory()
    {
        byte[][] words =
        [
            [0x50, 0x4B, 5, 6],
            [0x50, 0x4B, 6, 6],
            [0x50, 0x4B, 1, 2],
            .. ((string[])["net/", "../", ".py", "data.pkl", "torch.save"]).Select(Encoding.ASCII.GetBytes),
        ];
        var (taken, most) = Fuzz.Run(
            1,
            Inputs / 2,
            [ScriptSamples.Archive(), ScriptSamples.Archive("")],
            words,
            input => TorchScriptScan.Read(new MemoryStream(input), "fuzz")
        );
        Assert.InRange(taken, 1, Inputs / 4);
        Assert.InRange(most, 1, 4 << 20);
    }

    [Fact]
    public void Damaged_code_is_read_or_refused_in_little_memory()
    {
        byte[][] words =
        [
            .. (
                (string[])
                    [
                        "torch.",
                        "(",
                        ")",
                        "[",
                        "]",
                        "\"",
                        "getattr(",
                        " = ",
                        "\n    ",
                        "for ",
                        " in ",
                        ".save",
                        "__torch__",
                        "def ",
                        "class ",
                        ":",
                    ]
            ).Select(Encoding.ASCII.GetBytes),
        ];
        var (taken, most) = Fuzz.Run(
            2,
            Inputs / 4,
            [Encoding.ASCII.GetBytes(ScriptSamples.Code)],
            words,
            Scan("code/__torch__/net.py")
        );
        Assert.InRange(taken, 1, Inputs / 4);
        Assert.InRange(most, 1, 4 << 20);
    }

    [Fact]
    public void Damaged_pickles_are_read_or_refused_in_little_memory()
    {
        byte[][] words =
        [
            .. ((string[])["(", "t", "R", "Q", "b", "u", "e", "X", "J", "ctorch\nFloatStorage\n"]).Select(
                Encoding.ASCII.GetBytes
            ),
        ];
        var (taken, most) = Fuzz.Run(3, Inputs / 4, [ScriptSamples.Pickle()], words, Scan("data.pkl"));
        Assert.InRange(taken, 1, Inputs / 8);
        Assert.InRange(most, 1, 4 << 20);
    }

    private static Action<byte[]> Scan(string entry) =>
        input => TorchScriptScan.Read(new MemoryStream(ScriptSamples.Archive((entry, input))), "fuzz");
}
