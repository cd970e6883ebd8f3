using Temper.Errors;
using Temper.Models;
using Temper.Numerics;
using Temper.Onnx;
using Temper.Onnx.Schema;
using static TorchSharp.torch;

namespace Temper.Tests.Onnx;

/// <summary>What has no differentiable form is named, and the model is run by onnxruntime.</summary>
public sealed class FallbackTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_unknown_operator_is_named_and_the_model_scores()
    {
        var model = new OnnxModel().Node("Erf", ["x"], "e").Node("Flatten", ["e"], "y");
        using var opened = new OnnxFormat().Open(model.Write(_folder), OnnxModel.Input);
        Assert.Equal(("onnx-scores", Access.Scores), (opened.Classifier.Kind, opened.Classifier.Access));
        Assert.Null(opened.Graph);
        Assert.Equal(
            ["operator 'Erf' (node 'erf-0') has no differentiable form here: attacked through its scores only."],
            opened.Notes
        );
        using var scope = NewDisposeScope();
        manual_seed(4);
        // More rows than onnxruntime is given at once, and a view that is not contiguous.
        var x = randn(150, 7, 3, 6).transpose(1, 2);
        var scores = opened.Classifier.Logits(x);
        Assert.Equal(126, opened.Classifier.Classes);
        Assert.All(
            Tensors.ToArray<float>(x.erf().flatten(1)).Zip(Tensors.ToArray<float>(scores)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5f)
        );
        Assert.Equal([0, 126], opened.Classifier.Logits(x[..0]).shape);
    }

    [Fact]
    public void Several_are_counted_and_what_lies_behind_them_is_not_blamed()
    {
        var m = new OnnxModel()
            .Node("Erf", ["x"], "a")
            .Node("Erf", ["a"], "b")
            .Node("Conv", ["b", "w"], "c")
            .Node("Sin", ["c"], "d")
            .Node("Flatten", ["d"], "y");
        m.Proto.Graph.Node[2].Input[1] = m.Random(-1, 1, 2, 3, 3, 3);
        m.Proto.Graph.Node[3].Name = "";
        Assert.Equal(
            "operator 'Erf' (node 'erf-0', and 1 more), operator 'Sin' (node of 'd') have no differentiable form here: attacked through its scores only.",
            NoteOf(m)
        );
    }

    [Theory]
    [MemberData(nameof(Unsupported))]
    public void What_an_operator_cannot_do_counts_as_unknown(string expected)
    {
        var note = NoteOf(Cases[expected]());
        Assert.Contains(expected, note, StringComparison.Ordinal);
        Assert.EndsWith("attacked through its scores only.", note, StringComparison.Ordinal);
    }

    public static TheoryData<string> Unsupported() => [.. Cases.Keys];

    private static readonly Dictionary<string, Func<OnnxModel>> Cases = new(StringComparer.Ordinal)
    {
        ["operator 'Conv' (node 'conv-0': dilations (2, 1))"] = () =>
            Row("Conv", m => [m.Random(-1, 1, 2, 3, 2, 2)], ("dilations", (int[])[2, 1])),
        ["operator 'MaxPool' (node 'maxpool-0': dilations (1, 2))"] = () =>
            Row("MaxPool", null, ("kernel_shape", (int[])[2, 2]), ("dilations", (int[])[1, 2])),
        ["operator 'Pad' (node 'pad-0': mode 'reflect')"] = () =>
            Row("Pad", m => [m.Wholes(0, 0, 1, 1, 0, 0, 1, 1)], ("mode", "reflect")),
        ["operator 'Pad' (node 'pad-0': padding of other than height and width)"] = () =>
            Row("Pad", m => [m.Wholes(0, 1, 0, 0, 0, 0, 0, 0)]),
        ["operator 'Softmax' (node 'softmax-0': axis 0)"] = () => Row("Softmax", null, ("axis", 0)),
        ["operator 'Softmax' (node 'softmax-0': axis 1 of 4 dimensions in operator set 12)"] = () =>
            Row("Softmax", 12, null, ("axis", 1)),
        ["operator 'Add' (node 'add-0': a constant that differs from input to input)"] = () =>
        {
            var m = new OnnxModel(batch: 2);
            return m.Node("Add", ["x", m.Random(0, 1, 2, 3, 7, 6)], "r").Node("Flatten", ["r"], "y");
        },
        ["operator 'Reshape' (node 'reshape-0': a shape that begins with 1"] = () =>
        {
            var m = new OnnxModel();
            // A model of this kind runs, for one input at a time.
            return m.Node("Reshape", ["x", m.Wholes(1, 126)], "y");
        },
        ["operator 'Flatten' (node 'flatten-1': axis 2)"] = () =>
            new OnnxModel()
                .Node("Relu", ["x"], "r")
                .Node("Flatten", ["r"], "f", ("axis", 2))
                .Node("ReduceSum", ["f"], "y"),
        ["operator 'ReduceMean' (node 'reducemean-0': axes other than height and width)"] = () =>
            Row("ReduceMean", null, ("axes", (int[])[1])),
        ["operator 'MatMul' (node 'matmul-0': a second factor that is computed or not a matrix)"] = () =>
            Row("MatMul", m => [m.Random(0, 1, 3, 6, 2)]),
        ["operator 'MaxPool' (node 'maxpool-0': output 'where')"] = () =>
        {
            var m = Row("MaxPool", null, ("kernel_shape", (int[])[2, 2]));
            m.Proto.Graph.Node[0].Output.Add("where");
            m.Node("Cast", ["where"], "unread", ("to", 1));
            return m;
        },
        ["it is written in operator set 22"] = () => new OnnxModel(22).Node("Flatten", ["x"], "y"),
        ["operator 'Mul' (node 'mul-0': a tensor of type float64)"] = () =>
        {
            var m = new OnnxModel();
            m.Proto.Graph.Initializer.Add(
                new TensorProto
                {
                    Name = "d",
                    DataType = (int)TensorProto.Types.DataType.Double,
                    DoubleData = { 2.0 },
                }
            );
            return m.Node("Mul", ["x", "d"], "p").Node("Flatten", ["p"], "y");
        },
        ["operator 'DequantizeLinear' (node 'dequantizelinear-0')"] = () =>
        {
            // Eight values of four bits.
            var m = new OnnxModel(21);
            m.Proto.Graph.Initializer.Add(
                new TensorProto
                {
                    Name = "d",
                    DataType = 22,
                    Dims = { 8 },
                    RawData = Google.Protobuf.ByteString.CopyFrom(1, 2, 3, 4),
                }
            );
            return m.Node("DequantizeLinear", ["d", m.Floats([1])], "q").Node("Flatten", ["x"], "y");
        },
        ["operator 'com.microsoft::Gelu' (node 'gelu-0')"] = () =>
        {
            var m = new OnnxModel().Node("Gelu", ["x"], "r").Node("Flatten", ["r"], "y");
            m.Proto.Graph.Node[0].Domain = "com.microsoft";
            m.Proto.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
            return m;
        },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_model_for_batches_of_one_size_is_run_in_batches_of_that_size(int size)
    {
        // Told apart from the input's number: the scores of each row are its own values under erf.
        var m = new OnnxModel(batch: size);
        m.Node("Erf", ["x"], "e").Node("Reshape", ["e", m.Wholes(size, 126)], "y");
        using var opened = new OnnxFormat().Open(m.Write(_folder), OnnxModel.Input);
        Assert.Equal("onnx-scores", opened.Classifier.Kind);
        using var scope = NewDisposeScope();
        manual_seed(4);
        var x = randn(7, 3, 7, 6);
        var difference = (opened.Classifier.Logits(x) - x.erf().flatten(1)).abs().max().item<float>();
        Assert.InRange(difference, 0, 1e-5f);
    }

    [Fact]
    public void A_model_for_one_input_is_imported_for_many()
    {
        var m = new OnnxModel(batch: 1);
        m.Node("Relu", ["x"], "r").Node("Reshape", ["r", m.Wholes(1, -1)], "f");
        m.Node("Gemm", ["f", m.Random(-1, 1, 10, 126)], "y", ("transB", 1));
        var path = m.Write(_folder);
        using var opened = new OnnxFormat().Open(path, OnnxModel.Input);
        using var reference = OnnxScoresClassifier.Load(path, OnnxModel.Input);
        Assert.Equal("onnx", opened.Classifier.Kind);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = randn(5, 3, 7, 6);
        Assert.True(allclose(opened.Classifier.Logits(x), reference.Logits(x), 1e-4, 1e-4));
    }

    [Theory]
    [InlineData(1 << 16)]
    [InlineData(1 << 14)]
    public void A_small_file_cannot_make_onnxruntime_take_much_memory(int side)
    {
        // 16 GB and 1 GB, from a file of some hundred bytes.
        var path = Large(side).Write(_folder);
        var e = Assert.Throws<ModelException>(() => new OnnxFormat().Open(path, OnnxModel.Input));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains("onnxruntime", e.Message, StringComparison.Ordinal);
        // The refusal is of this file, and not of those after it.
        using var sound = new OnnxFormat().Open(Large(1 << 12).Write(_folder), OnnxModel.Input);
        using var scores = sound.Classifier.Logits(zeros(2, 3, 7, 6));
        Assert.Equal([2, 126], scores.shape);
    }

    /// <summary>A model that makes side × side numbers on its way.</summary>
    private static OnnxModel Large(int side)
    {
        var m = new OnnxModel();
        return m.Node("ConstantOfShape", [m.Wholes(1, side, side)], "big")
            .Node("ReduceMax", ["big"], "most", ("keepdims", 0))
            .Node("Erf", ["x"], "e")
            .Node("Add", ["e", "most"], "r")
            .Node("Flatten", ["r"], "y");
    }

    private static OnnxModel Row(string op, Func<OnnxModel, string[]>? more, params (string, object)[] attributes) =>
        Row(op, 13, more, attributes);

    private static OnnxModel Row(
        string op,
        long opset,
        Func<OnnxModel, string[]>? more,
        params (string, object)[] attributes
    )
    {
        var model = new OnnxModel(opset);
        return model.Node(op, ["x", .. more?.Invoke(model) ?? []], "r", attributes).Node("Flatten", ["r"], "y");
    }

    /// <summary>The note of a model, from the import alone: onnxruntime itself refuses some of these.</summary>
    private static string NoteOf(OnnxModel model)
    {
        var read = Temper.Onnx.Reading.ModelReader.Parse(model.Bytes, "test");
        var face = Temper.Onnx.Reading.ModelInterface.Of(read.Graph, OnnxModel.Input, "test");
        var result = Temper.Onnx.Importing.GraphImport.Run(read, face, OnnxModel.Input, "test");
        Assert.Null(result.Graph);
        return OnnxFormat.Note(result.Reason!);
    }
}
