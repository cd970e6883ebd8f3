using System.Text;
using Temper.Errors;
using Temper.Onnx;
using Temper.Onnx.Schema;

namespace Temper.Tests.Onnx;

/// <summary>Files that are damaged or no classifier of the data's images: the message names file, field, found, expected.</summary>
public sealed class DamagedModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-onnx-").FullName;

    private static readonly Dictionary<string, (Action<ModelProto> Damage, string[] Says)> Cases = new(
        StringComparer.Ordinal
    )
    {
        ["no graph"] = (m => m.Graph = null, ["'graph' missing"]),
        ["two inputs"] = (
            m => m.Graph.Input.Add(OnnxModel.Tensor("z", null, 2)),
            ["graph.input", "found 2", "'x', 'z'", "expected one"]
        ),
        ["no input"] = (m => m.Graph.Input.Clear(), ["graph.input", "found 0", "expected one"]),
        ["two outputs"] = (
            m => m.Graph.Output.Add(OnnxModel.Tensor("z", null, 2)),
            ["graph.output", "found 2", "expected one"]
        ),
        ["whole numbers in"] = (
            m => m.Graph.Input[0].Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Int64,
            ["graph.input 'x'", "found a int64 tensor (N, 3, 7, 6)", "expected a float32 tensor (N, 3, 7, 6)"]
        ),
        ["half precision in"] = (
            m => m.Graph.Input[0].Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Float16,
            ["graph.input 'x'", "float16", "expected a float32 tensor"]
        ),
        ["no tensor in"] = (m => m.Graph.Input[0].Type = null, ["graph.input 'x'", "found no tensor"]),
        ["another shape"] = (
            m => m.Graph.Input[0].Type.TensorType.Shape.Dim[2].DimValue = 8,
            ["graph.input 'x'", "found a float32 tensor (N, 3, 8, 6)", "expected a float32 tensor (N, 3, 7, 6)"]
        ),
        ["a row in"] = (
            m => m.Graph.Input[0] = OnnxModel.Tensor("x", null, 126),
            ["graph.input 'x'", "found a float32 tensor (N, 126)", "expected a float32 tensor (N, 3, 7, 6)"]
        ),
        ["an impossible batch"] = (
            m => m.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = -1,
            ["graph.input 'x'", "(-1, 3, 7, 6)"]
        ),
        ["whole numbers out"] = (
            m => m.Graph.Output[0].Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Int64,
            ["graph.output 'y'", "int64", "float32"]
        ),
        ["an image out"] = (m => m.Graph.Output[0].Name = "c", ["graph.output 'c'", "(N, 2, 5, 4)", "(N, classes)"]),
        ["an output that nothing makes"] = (m => m.Graph.Output[0].Name = "q", ["graph.output", "nothing makes 'q'"]),
        ["an output that is a weight"] = (
            m => m.Graph.Output[0].Name = "stored.0",
            ["'stored.0'", "does not depend on the input"]
        ),
        ["an input that nothing makes"] = (
            m => m.Graph.Node[1].Input[0] = "q",
            ["node 'flatten-1'", "'q'", "nothing before it makes"]
        ),
        ["nodes in the wrong order"] = (
            m => m.Graph.Node.Insert(0, m.Graph.Node[1].Clone()),
            ["node 'flatten-1'", "'c'"]
        ),
        ["a value made twice"] = (m => m.Graph.Node[1].Output[0] = "c", ["node 'flatten-1'", "'c'", "already"]),
        ["a weight twice"] = (m => m.Graph.Initializer.Add(m.Graph.Initializer[0].Clone()), ["'stored.0'", "twice"]),
        ["too few inputs"] = (
            m => m.Graph.Node[0].Input.RemoveAt(1),
            ["node 'conv-0'", "found 1 inputs", "expected 2 to 3"]
        ),
        ["too many inputs"] = (
            m => m.Graph.Node[1].Input.Add("x"),
            ["node 'flatten-1'", "found 2 inputs", "expected 1"]
        ),
        ["weights of other channels"] = (
            m => Dims(m.Graph.Initializer[0], 3, 2, 3, 3),
            ["node 'conv-0'", "(3, 2, 3, 3)"]
        ),
        ["a shape that promises more"] = (
            m => Dims(m.Graph.Initializer[0], 1 << 14, 1 << 15, 3, 3),
            ["'stored.0'", "holds 54 values", "expected 4831838208"]
        ),
        ["a shape that runs over"] = (
            m => Dims(m.Graph.Initializer[0], long.MaxValue, 2),
            ["'stored.0'", "9223372036854775807"]
        ),
        ["a negative dimension"] = (m => Dims(m.Graph.Initializer[0], -2, -27), ["'stored.0'", "(-2, -27)"]),
        ["an unknown type"] = (m => m.Graph.Initializer[0].DataType = 77, ["'stored.0'", "type 77"]),
        ["values in another file"] = (
            m =>
            {
                m.Graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External;
                m.Graph.Initializer[0]
                    .ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "/etc/passwd" });
            },
            ["'stored.0'", "another file", "one file"]
        ),
        ["values in another file, deep inside"] = (
            m =>
            {
                var inner = new GraphProto();
                inner.Initializer.Add(
                    new TensorProto { Name = "deep", DataLocation = TensorProto.Types.DataLocation.External }
                );
                m.Graph.Node[1]
                    .Attribute.Add(
                        new AttributeProto
                        {
                            Name = "body",
                            Type = AttributeProto.Types.AttributeType.Graph,
                            G = inner,
                        }
                    );
            },
            ["'deep'", "another file"]
        ),
        ["segments"] = (m => m.Graph.Initializer[0].Segment = new() { Begin = 0, End = 5 }, ["'stored.0'", "segments"]),
        ["a stride of 0"] = (
            m => m.Graph.Node[0].Attribute.Add(OnnxModel.Attribute("strides", (int[])[0, 1])),
            ["node 'conv-0'", "'strides'", "(0, 1)", "from 1"]
        ),
        ["three strides"] = (
            m => m.Graph.Node[0].Attribute.Add(OnnxModel.Attribute("strides", (int[])[1, 1, 1])),
            ["'strides'", "(1, 1, 1)", "expected 2"]
        ),
        ["a stride that is a text"] = (
            m => m.Graph.Node[0].Attribute.Add(OnnxModel.Attribute("strides", "1")),
            ["'strides'", "found STRING", "expected INTS"]
        ),
        ["negative padding"] = (
            m => m.Graph.Node[0].Attribute.Add(OnnxModel.Attribute("pads", (int[])[-1, 0, 0, 0])),
            ["'pads'", "-1"]
        ),
        ["no groups"] = (m => m.Graph.Node[0].Attribute.Add(OnnxModel.Attribute("group", 0)), ["'group'", "found 0"]),
        ["an unknown padding"] = (
            m => m.Graph.Node[0].Attribute.Add(OnnxModel.Attribute("auto_pad", "SOME")),
            ["'auto_pad'", "'SOME'", "SAME_UPPER"]
        ),
        ["an attribute twice"] = (
            m =>
            {
                m.Graph.Node[0].Attribute.Add(OnnxModel.Attribute("group", 1));
                m.Graph.Node[0].Attribute.Add(OnnxModel.Attribute("group", 1));
            },
            ["'group'", "twice"]
        ),
        ["a kernel of another shape"] = (
            m => m.Graph.Node[0].Attribute.Add(OnnxModel.Attribute("kernel_shape", (int[])[2, 2])),
            ["'kernel_shape'", "(3, 3)"]
        ),
        ["an axis beyond"] = (
            m => m.Graph.Node[1].Attribute.Add(OnnxModel.Attribute("axis", 7)),
            ["axis", "found 7", "-4 to 3"]
        ),
        ["a window that does not fit"] = (
            m => m.Graph.Node[0].Attribute.Add(OnnxModel.Attribute("dilations", (int[])[9, 9])),
            ["node 'conv-0'", "at least as large as the kernel"]
        ),
        ["a result without bounds"] = (
            m => m.Graph.Node[0].Attribute.Add(OnnxModel.Attribute("pads", (int[])[1 << 20, 1 << 20, 0, 0])),
            ["node 'conv-0'", "values per input", "expected 1 to"]
        ),
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_refused_by_name(string name)
    {
        var model = Sound();
        Cases[name].Damage(model.Proto);
        Refused(model.Write(_folder), Cases[name].Says);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("empty")]
    [InlineData("cut")]
    [InlineData("nested")]
    public void Is_no_model_at_all(string kind)
    {
        var path = Path.Combine(_folder, "model.onnx");
        byte[] bytes = kind switch
        {
            "text" => Encoding.UTF8.GetBytes("this is not a model, whatever its name says"),
            "empty" => [],
            "cut" => Sound().Bytes[..100],
            _ => Nested(),
        };
        File.WriteAllBytes(path, bytes);
        Refused(path, ["ONNX"]);
    }

    [Fact]
    public void What_is_sound_is_taken()
    {
        using var opened = new OnnxFormat().Open(Sound().Write(_folder), OnnxModel.Input);
        Assert.Equal((40, 54L), (opened.Classifier.Classes, opened.Parameters));
    }

    private static void Refused(string path, string[] says)
    {
        var e = Assert.ThrowsAny<TemperException>(() => new OnnxFormat().Open(path, OnnxModel.Input));
        Assert.True(e is DataException or ModelException, e.ToString());
        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
        Assert.All(says, word => Assert.Contains(word, e.Message, StringComparison.Ordinal));
    }

    private static OnnxModel Sound()
    {
        var model = new OnnxModel();
        return model.Node("Conv", ["x", model.Random(-1, 1, 2, 3, 3, 3)], "c").Node("Flatten", ["c"], "y");
    }

    private static void Dims(TensorProto tensor, params long[] dims)
    {
        tensor.Dims.Clear();
        tensor.Dims.AddRange(dims);
    }

    /// <summary>Sub-graphs within sub-graphs, three hundred deep.</summary>
    private static byte[] Nested()
    {
        byte[] inner = [];
        for (var i = 0; i < 300; i++)
        {
            // graph.node = { attribute = { g = … } }
            inner = Field(1, Field(5, Field(6, inner)));
        }
        return Field(7, inner);

        static byte[] Field(int number, byte[] content)
        {
            var length = new List<byte>();
            for (var rest = content.Length; ; rest >>= 7)
            {
                length.Add((byte)(rest < 128 ? rest : (rest & 127) | 128));
                if (rest < 128)
                {
                    break;
                }
            }
            return [(byte)((number << 3) | 2), .. length, .. content];
        }
    }
}
