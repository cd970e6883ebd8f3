using System.Text;
using Temper.Errors;
using Temper.Runs;

namespace Temper.Tests.Runs;

/// <summary>Whatever the text, a recipe reads or is refused with the declared error. The texts are the same in every run.</summary>
public sealed class ConfigFuzzTests
{
    private const int Count = 100_000;

    private static readonly string[] Pieces =
    [
        "---\n",
        "...\n",
        "%YAML 1.2\n",
        "%TAG ! x\n",
        "&a ",
        "*a",
        "!t ",
        "!!int ",
        "<<: ",
        "? ",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "|\n ",
        ">-\n  ",
        "|9",
        "\"",
        "'",
        "\\",
        "\\x",
        "\\uD800",
        "\"\\U00110000\"",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "\0",
        "\u0007",
        "\u0085",
        "\u2028",
        "\uFEFF",
        "\uD83D",
        "😀",
        "#",
        " #",
        "~",
        "null",
        "true",
        "-1",
        "0x1F",
        "1e999",
        "NaN",
        ".inf",
        "rel:",
        "8/255",
        "1/0",
        "id: ",
        "name: ",
        "training:\n  ",
        "training: ",
        "threat: ",
        "schedule: ",
        "attacks: ",
        "expected: ",
        "\n  ",
        "\n ",
        "@",
        "`",
        "99999999999999999999",
    ];

    private ulong _state = 20_240_601;

    [Fact]
    public void Recipes_raise_only_the_declared_error()
    {
        // Processor time: other work on the machine does not count.
        var before = Environment.CpuUsage.TotalTime;
        var (read, refused) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            var text = i % 4 == 0 ? RandomText() : Mutated(i % 2 == 0 ? Texts.Full : Texts.Smallest);
            try
            {
                var config = ConfigReader.Read(text, "fuzz.yaml");
                read++;
                if (i % 16 == 1)
                {
                    // What is read must survive its own canonical form.
                    var json = Texts.Json(config);
                    Assert.Equal(json, Texts.Json(ConfigReader.FromJson(ConfigReader.ToJson(config))));
                }
            }
            catch (ConfigException error)
            {
                refused++;
                Assert.True(
                    error.File == "fuzz.yaml" && !error.Message.Contains('\n', StringComparison.Ordinal),
                    error.Message
                );
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"text {i}: {error}\n{text}");
            }
        }
        // Both ends must be reached, or the texts say nothing.
        Assert.InRange(read, Count / 100, Count);
        Assert.InRange(refused, Count / 2, Count);
        Assert.InRange((Environment.CpuUsage.TotalTime - before).TotalSeconds, 0, 20);
    }

    [Fact]
    public void Settings_raise_only_the_declared_error()
    {
        var config = ConfigReader.Read(Texts.Full, "full.yaml");
        string[] keys =
        [
            "training.epochs",
            "training.schedule",
            "model.id",
            "training.objective.steps",
            "seed",
            "evaluation.attacks",
            "attack.pgd.steps",
        ];
        for (var i = 0; i < 10_000; i++)
        {
            var text = Mutated(keys[Below(keys.Length)] + "=" + (Below(2) == 0 ? "[[0, 1], [1, 0]]" : "3"));
            try
            {
                ConfigReader.Apply(config, [text], out _);
            }
            catch (ConfigException)
            {
                // Refused, as it may be.
            }
            catch (Exception error)
            {
                Assert.Fail($"setting {i}: {error}\n{text}");
            }
        }
    }

    private string RandomText()
    {
        var builder = new StringBuilder();
        for (var left = Below(40); left > 0; left--)
        {
            builder.Append(
                Below(3) == 0 ? ((char)Below(Below(8) == 0 ? 0x10000 : 128)).ToString() : Pieces[Below(Pieces.Length)]
            );
        }
        return builder.ToString();
    }

    private string Mutated(string text)
    {
        for (var left = 1 + Below(3); left > 0; left--)
        {
            var at = Below(text.Length + 1);
            var length = Math.Min(Below(Below(4) == 0 ? 60 : 4), text.Length - at);
            var from = Below(text.Length + 1);
            text = Below(6) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Pieces[Below(Pieces.Length)]),
                2 => text.Remove(at, length).Insert(at, Pieces[Below(Pieces.Length)]),
                3 => text.Insert(at, text.Substring(from, Math.Min(Below(30), text.Length - from))),
                4 => text.Remove(at, length).Insert(at, ((char)Below(Below(4) == 0 ? 0x10000 : 128)).ToString()),
                _ => text[..at],
            };
        }
        return text;
    }

    private int Below(int bound) => (int)(Next() % (ulong)bound);

    // SplitMix64.
    private ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
