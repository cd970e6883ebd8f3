using System.Text;
using Temper.Errors;
using Temper.Models;
using Temper.Models.Scripts;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Tests.Models.Scripts;

/// <summary>What the scan takes, libtorch loads; what is not tensor arithmetic is refused by name and never loaded.</summary>
public sealed class TorchScriptScanTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-script-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_network_made_by_hand_is_taken_and_runs()
    {
        var path = Write(ScriptSamples.Archive());
        var scan = TorchScriptScan.Read(path);
        Assert.Equal(
            ["ops.prim.RaiseException", "torch.dim", "torch.flatten", "torch.gt", "torch.linear", "torch.relu"],
            scan.Operators
        );
        Assert.Equal(2, scan.Classes);
        using var model = TorchScriptClassifier.Load(path, new(1, 1, 2));
        using var scope = NewDisposeScope();
        Assert.Equal([0f, 0f], Tensors.ToArray<float>(model.Logits(ones(1, 1, 1, 2))));
        Assert.Equal(scan.Operators, model.Scan.Operators);
    }

    [Theory]
    [InlineData("torch.save(input, \"stolen\")", "torch.save")]
    [InlineData("_1 = torch.save", "torch.save")]
    [InlineData("_1 = torch.from_file(\"/etc/passwd\", False, 10)", "torch.from_file")]
    [InlineData("torch.autograd.profiler(input)", "torch.autograd")]
    [InlineData("input.save(\"stolen\")", "save")]
    [InlineData("_1 = input.save", "save")]
    [InlineData("(input).save(\"stolen\")", "save")]
    [InlineData("(torch.relu(input)).save(\"stolen\")", "save")]
    [InlineData("getattr(input, \"save\")(\"stolen\")", "save")]
    [InlineData("_1 = getattr", "getattr")]
    [InlineData("getattr(input, \"sa\" + \"ve\")", "getattr")]
    [InlineData("\"x\".save(\"stolen\")", "save")]
    [InlineData("[input][0].save(\"stolen\")", "save")]
    [InlineData("ops.aten.save(input, \"stolen\")", "ops.aten.save")]
    [InlineData("ops.mine.run(\"rm\")", "ops.mine.run")]
    [InlineData("_1 = ops.prim", "ops.prim")]
    [InlineData("_1 = ops", "ops")]
    [InlineData("_1 = torch", "torch")]
    [InlineData("print(\"hello\")", "print")]
    [InlineData("print = 1", "print")]
    [InlineData("_1 = fork(input)", "fork")]
    [InlineData("_1 = open(\"/etc/passwd\")", "open")]
    [InlineData("_1 = __torch__.other.run(input)", "__torch__.other.run")]
    [InlineData("import os", "import")]
    [InlineData("torch = input", "torch")]
    [InlineData("getattr = input", "getattr")]
    [InlineData("_1 = [torch.save for i in [1]]", "torch.save")]
    [InlineData("_1 = torch.relu(x=torch.save)", "torch.save")]
    [InlineData("if True: _1 = 1", "colon")]
    [InlineData("_1 = torch.rand([3])", "torch.rand")]
    [InlineData("_1 = torch.manual_seed(3)", "torch.manual_seed")]
    [InlineData("_1 = torch._unknown_of_tomorrow(input)", "torch._unknown_of_tomorrow")]
    public void Code_that_names_something_else_is_refused_by_name(string statement, string name) =>
        Refused(ScriptSamples.Archive(ScriptSamples.With(statement)), name, "code/__torch__/net.py, line 13");

    [Theory]
    // A class that defines "save" does not make it harmless on a tensor, nor on a name that may be one.
    [InlineData("input.save(\"stolen\")")]
    [InlineData("_0 = input\n    _0.save(\"stolen\")")]
    [InlineData("me = self\n    _1, me = input, self\n    me.save(\"stolen\")")]
    [InlineData("me = self\n    for me in [input]:\n      me.save(\"stolen\")")]
    [InlineData("me = self\n    if True:\n      me = input\n    me.save(\"stolen\")")]
    [InlineData("me : __torch__.net.Net = input\n    me.save(\"stolen\")")]
    [InlineData("me = me\n    me.save(\"stolen\")")]
    [InlineData("me = self\n    me += input\n    me.save(\"stolen\")")]
    [InlineData("me = _1 = self\n    _1.save(\"stolen\")")]
    [InlineData("(self if True else input).save(\"stolen\")")]
    [InlineData("(self.weight).save(\"stolen\")")]
    [InlineData("me = self\n    _2 = [me.save(\"stolen\") for me in [input]]")]
    public void A_method_of_that_name_hides_nothing(string statement)
    {
        var code = ScriptSamples
            .With(statement)
            .Replace(
                "class Part(Module):",
                "  def save(self: __torch__.net.Net,\n    name: str) -> int:\n    return 1\nclass Part(Module):",
                StringComparison.Ordinal
            );
        Refused(ScriptSamples.Archive(code), "save");
        TorchScriptScan.Read(
            new MemoryStream(
                ScriptSamples.Archive(
                    code.Replace(statement, "me = self\n    _1 = (me).save(\"mine\")", StringComparison.Ordinal)
                )
            ),
            "mine"
        );
    }

    [Theory]
    // What libtorch does not make an attribute or a method, it looks for among its operators.
    [InlineData("  save : Final[str] = \"mine\"\n", "")]
    [InlineData("  save : Final[str]\n", "")]
    [InlineData("  save : str = \"mine\"\n", "")]
    [InlineData("  __forward_hooks__ = [\"save\", ]\n  def save(self: __torch__.net.Net) -> int:\n    return 1\n", "")]
    [InlineData("", "def other(input: Tensor) -> Tensor:\n  save : int = 1\n  return input\n")]
    [InlineData("", "def other(input: Tensor) -> Tensor:\n  save : int\n  return input\n")]
    public void What_only_looks_like_a_member_hides_nothing(string member, string after)
    {
        var code = ScriptSamples
            .With("me = self\n    me.save(\"stolen\")")
            .Replace("class Part(Module):", member + "class Part(Module):", StringComparison.Ordinal);
        Refused(
            ScriptSamples.Archive(code + after),
            member.Contains("hooks", StringComparison.Ordinal) ? "hooks" : "'save'"
        );
    }

    [Theory]
    [InlineData("weight : __torch__.net.Part")]
    [InlineData("__annotations__[\"weight\"] = __torch__.net.Part")]
    [InlineData("def weight(self: __torch__.net.Net) -> int:\n    return 1")]
    public void A_member_that_is_there_twice_is_refused(string member) =>
        Refused(
            ScriptSamples.Archive(
                ScriptSamples.Code.Replace(
                    "class Part(Module):",
                    $"  {member}\nclass Part(Module):",
                    StringComparison.Ordinal
                )
            ),
            "'weight'",
            "there twice"
        );

    [Theory]
    [InlineData("# torch.save", "'#'")]
    [InlineData("_1 = \"\"\"x\"\"\"", "triple")]
    [InlineData("_1 = 1.save", "number")]
    [InlineData("_1 = \"x\\\n\"", "string")]
    [InlineData("_1 = 1; _2 = 2", "';'")]
    [InlineData("_1 = (1", "bracket")]
    [InlineData("_1 = 1)", "partner")]
    [InlineData("_1 = \\\n1", "'\\'")]
    public void Code_that_could_be_read_in_two_ways_is_refused(string statement, string word) =>
        Refused(ScriptSamples.Archive(ScriptSamples.With(statement)), word);

    [Theory]
    [InlineData("cos\nsystem\n", "os.system")]
    [InlineData("c__builtin__\neval\n", "__builtin__.eval")]
    [InlineData("c__torch__.net\nMissing\n", "__torch__.net.Missing")]
    [InlineData("ios\nsystem\n", "0x69")]
    [InlineData("S'x'\n", "0x53")]
    public void Pickles_that_name_something_else_are_refused_by_name(string opcodes, string name)
    {
        byte[] pickle = [0x80, 2, .. Encoding.ASCII.GetBytes(opcodes + ")R.")];
        Refused(ScriptSamples.Archive(("data.pkl", pickle)), "data.pkl", name);
        Refused(ScriptSamples.Archive(("constants.pkl", pickle)), "constants.pkl", name);
        Refused(ScriptSamples.Archive(("code/__torch__/net.py.debug_pkl", pickle)), "net.py.debug_pkl", name);
    }

    [Fact]
    public void Tensors_lie_in_the_bytes_that_are_there()
    {
        Refused(ScriptSamples.Archive(("data.pkl", ScriptSamples.Pickle(elements: 5))), "storage '0' of 5 elements");
        Refused(ScriptSamples.Archive(("data.pkl", ScriptSamples.Pickle(elements: -1))), "storage '0' of -1 elements");
        Refused(ScriptSamples.Archive(("data.pkl", ScriptSamples.Pickle(key: "1"))), "storage '1'");
        Refused(ScriptSamples.Archive(("data.pkl", ScriptSamples.Pickle(offset: 1))), "beyond its storage of 4");
        Refused(
            ScriptSamples.Archive(("data.pkl", ScriptSamples.Pickle(rows: int.MaxValue))),
            "beyond its storage of 4"
        );
        Refused(ScriptSamples.Archive(("data.pkl", ScriptSamples.Pickle(stride: int.MaxValue))), "beyond its storage");
        Refused(ScriptSamples.Archive(("data.pkl", ScriptSamples.Pickle(stride: -1))), "whole numbers from 0");
        Refused(ScriptSamples.Archive(("data.pkl", ScriptSamples.Pickle(offset: -1))), "beyond its storage of 4");
    }

    [Theory]
    [InlineData("model.json")]
    [InlineData("bytecode.pkl")]
    [InlineData("code/run.sh")]
    [InlineData("lib/evil.so")]
    [InlineData("data/0/1")]
    public void Entries_that_belong_to_no_script_are_refused_by_name(string name) =>
        Refused(ScriptSamples.Archive((name, [1, 2, 3])), name);

    [Theory]
    [InlineData("net/../up")]
    [InlineData("../up")]
    [InlineData("other/version")]
    [InlineData("net//version")]
    [InlineData("net/DATA.pkl")]
    [InlineData("net/data.pkl")]
    [InlineData("net/a\\b")]
    public void Names_that_leave_the_archive_or_are_there_twice_are_refused(string name) =>
        Refused(
            ScriptSamples.Zip([
                ("net/data.pkl", ScriptSamples.Pickle()),
                ("net/constants.pkl", [0x80, 2, (byte)')', (byte)'.']),
                (name, [1]),
            ]),
            name.Contains('\\', StringComparison.Ordinal)
                ? "characters"
                : name.Replace("net/", "", StringComparison.Ordinal)
        );

    [Fact]
    public void A_small_file_that_unpacks_to_much_is_refused_before_it_is_unpacked()
    {
        var bomb = ScriptSamples.Archive(new string('\n', 4_000_000));
        Assert.True(bomb.Length < 8000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(bomb, "unpack to");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_directory_that_says_one_thing_and_the_data_another_is_refused()
    {
        var good = ScriptSamples.Archive();
        Refused([.. good, 0], "zip directory");
        Refused(good[..^1], "TorchScript archive");
        Refused([0, .. good], "TorchScript archive");
        // The declared size of the first entry, in the directory alone.
        var lied = good.ToArray();
        var directory = lied.AsSpan().IndexOf("PK\u0001\u0002"u8);
        lied[directory + 24]++;
        Refused(lied, "data.pkl");
        Refused(ScriptSamples.Archive(("data.pkl", null)), "no entry data.pkl");
        Refused(ScriptSamples.Archive(("data.pkl", ScriptSamples.Pickle()[..^4])), "cut off");
        // A pair that reaches over a mark is another pair to libtorch.
        Refused(
            ScriptSamples.Archive(("data.pkl", [0x80, 2, (byte)'N', (byte)'(', (byte)'N', 0x86, (byte)'.'])),
            "needs"
        );
    }

    [Fact]
    public void A_refused_file_never_reaches_libtorch()
    {
        var stolen = Path.Combine(_folder, "stolen");
        var path = Write(ScriptSamples.Archive(ScriptSamples.With($"torch.save([input], \"{stolen}\")")));
        var error = Assert.Throws<DataException>(() => TorchScriptClassifier.Load(path, new(1, 1, 2)));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(stolen));
        // The danger is real: libtorch itself runs it.
        using var module = jit.load<Tensor, Tensor>(path);
        using var scope = NewDisposeScope();
        module.call(ones(1, 1, 1, 2));
        Assert.True(File.Exists(stolen));
    }

    private static void Refused(byte[] archive, params string[] words)
    {
        var error = Assert.Throws<DataException>(() => TorchScriptScan.Read(new MemoryStream(archive), "model.pt"));
        Assert.StartsWith("model.pt: the TorchScript file is refused", error.Message, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
    }

    private string Write(byte[] archive)
    {
        var path = Path.Combine(_folder, "model.pt");
        File.WriteAllBytes(path, archive);
        return path;
    }
}
