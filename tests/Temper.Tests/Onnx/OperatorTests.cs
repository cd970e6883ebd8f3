using Temper.Numerics;
using Temper.Onnx;
using Temper.Tests.Kit;
using static TorchSharp.torch;

namespace Temper.Tests.Onnx;

/// <summary>Every imported operator computes what onnxruntime computes.</summary>
public sealed class OperatorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-onnx-").FullName;

    public static TheoryData<string> Names() => [.. OperatorCases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_that_of_onnxruntime(string name)
    {
        var path = OperatorCases.All[name]().Write(_folder);
        using var opened = new OnnxFormat().Open(path, OnnxModel.Input);
        Assert.Equal([], opened.Notes);
        Assert.Equal("onnx", opened.Classifier.Kind);
        using var reference = OnnxScoresClassifier.Load(path, OnnxModel.Input);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(3);
        // Off centre, so that no operator sees positive values only, or a symmetric spread.
        var x = rand(5, 3, 7, 6).mul_(2).sub_(0.8);
        var (mine, theirs) = (opened.Classifier.Logits(x), reference.Logits(x));
        Assert.Equal(theirs.shape, mine.shape);
        Assert.All(
            Tensors.ToArray<float>(theirs).Zip(Tensors.ToArray<float>(mine)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-4f)
        );
    }

    [Theory]
    [InlineData("Gemm alpha beta")]
    [InlineData("AveragePool ceiling padded padding counts")]
    public void Scores_leave_nothing_behind(string name)
    {
        var path = OperatorCases.All[name]().Write(_folder);
        using var opened = new OnnxFormat().Open(path, OnnxModel.Input);
        using var reference = OnnxScoresClassifier.Load(path, OnnxModel.Input);
        using var x = zeros(2, 3, 7, 6);
        using var noGrad = no_grad();
        using var leaks = new LeakGuard();
        opened.Classifier.Logits(x).Dispose();
        reference.Logits(x).Dispose();
    }

    [Fact]
    public void Every_known_operator_has_a_case()
    {
        var used = OperatorCases
            .All.Values.SelectMany(make => make().Proto.Graph.Node)
            .Select(n => n.OpType)
            .ToHashSet();
        Assert.Equal([], Temper.Onnx.Importing.Operators.Known.Keys.Except(used));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
