using System.IO.Compression;
using System.Text;

namespace Temper.Tests.Models.Scripts;

/// <summary>TorchScript archives made by hand.</summary>
internal static class ScriptSamples
{
    /// <summary>A network that libtorch loads: two values in, two scores out.</summary>
    public const string Code = """
        class Net(Module):
          __parameters__ = ["weight", ]
          __buffers__ = []
          weight : Tensor
          training : bool
          _is_full_backward_hook : Optional[bool]
          __annotations__["0"] = __torch__.net.Part
          def forward(self: __torch__.net.Net,
            input: Tensor) -> Tensor:
            weight = self.weight
            _0 = getattr(self, "0")
            input0 = torch.flatten(input, 1)
            return (_0).forward(torch.linear(input0, weight, None), )
        class Part(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          _is_full_backward_hook : Optional[bool]
          def forward(self: __torch__.net.Part,
            input: Tensor) -> Tensor:
            if torch.gt(torch.dim(input), 5):
              ops.prim.RaiseException("too many", "builtins.ValueError")
            return torch.relu(input)

        """;

    /// <summary>The statements of <see cref="Code"/> with one more in the network's forward.</summary>
    public static string With(string statement) =>
        Code.Replace(
            "    input0 = torch.flatten(input, 1)\n",
            $"    input0 = torch.flatten(input, 1)\n    {statement}\n",
            StringComparison.Ordinal
        );

    /// <summary>An archive of the network with some entries changed; null takes one away.</summary>
    public static byte[] Archive(params (string Name, byte[]? Content)[] changes)
    {
        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["data.pkl"] = Pickle(),
            ["data/0"] = new byte[16],
            ["constants.pkl"] = [0x80, 2, (byte)')', (byte)'.'],
            ["code/__torch__/net.py"] = Encoding.ASCII.GetBytes(Code),
            ["version"] = "3\n"u8.ToArray(),
        };
        foreach (var (name, content) in changes)
        {
            entries.Remove(name);
            if (content is not null)
            {
                entries[name] = content;
            }
        }
        return Zip([.. entries.Select(e => ("net/" + e.Key, e.Value))]);
    }

    /// <summary>An archive whose code is changed.</summary>
    public static byte[] Archive(string code) => Archive(("code/__torch__/net.py", Encoding.ASCII.GetBytes(code)));

    /// <summary>A zip file.</summary>
    public static byte[] Zip((string Name, byte[] Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                var level = name.EndsWith(".py", StringComparison.Ordinal)
                    ? CompressionLevel.Optimal
                    : CompressionLevel.NoCompression;
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }
        return stream.ToArray();
    }

    /// <summary>The pickle of the network; the arguments are what is said of its one tensor.</summary>
    public static byte[] Pickle(int elements = 4, int offset = 0, int rows = 2, int stride = 2, string key = "0")
    {
        var p = new List<byte> { 0x80, 2 };
        p.AddRange("c__torch__.net\nNet\n)\x81}("u8.ToArray().Where(b => b != 0xC2));
        Text(p, "weight");
        p.AddRange("ctorch._utils\n_rebuild_tensor_v2\n(("u8);
        Text(p, "storage");
        p.AddRange("ctorch\nFloatStorage\n"u8);
        Text(p, key);
        Text(p, "cpu");
        Whole(p, elements);
        p.AddRange("tQ"u8);
        Whole(p, offset);
        Pair(p, rows, 2);
        Pair(p, stride, 1);
        p.Add(0x89);
        p.AddRange("ccollections\nOrderedDict\n)RtR"u8);
        Text(p, "training");
        p.Add(0x89);
        Text(p, "_is_full_backward_hook");
        p.Add((byte)'N');
        Text(p, "0");
        p.AddRange("c__torch__.net\nPart\n)"u8);
        p.AddRange([0x81, (byte)'}', (byte)'(']);
        Text(p, "training");
        p.Add(0x89);
        Text(p, "_is_full_backward_hook");
        p.AddRange("Nubub."u8);
        return [.. p];
    }

    private static void Text(List<byte> p, string text)
    {
        p.Add((byte)'X');
        p.AddRange(BitConverter.GetBytes(text.Length));
        p.AddRange(Encoding.ASCII.GetBytes(text));
    }

    private static void Whole(List<byte> p, int number)
    {
        p.Add((byte)'J');
        p.AddRange(BitConverter.GetBytes(number));
    }

    private static void Pair(List<byte> p, int first, int second)
    {
        Whole(p, first);
        Whole(p, second);
        p.Add(0x86);
    }
}
