using System.Text;
using Temper.Errors;
using Temper.Models.Graphs;
using Temper.Onnx.Importing;
using Temper.Onnx.Reading;
using Temper.Tests.Kit;
using static TorchSharp.torch;

namespace Temper.Tests.Onnx;

/// <summary>Damaged models are refused by a declared error or taken; what is taken can be computed, and little memory is used.</summary>
public sealed class FuzzTests
{
    private const int Inputs = 100_000;

    /// <summary>Every so many models that are taken, one is computed as well.</summary>
    private const int ComputedEvery = 20;

    [Fact]
    public void Damaged_models_are_read_or_refused_in_little_memory()
    {
        byte[][] words =
        [
            .. ((string[])["Conv", "Gemm", "Pad", "Reshape", "Concat", "Constant", "Shape", "x", "y", "INT"]).Select(
                w => (byte[])[(byte)w.Length, .. Encoding.ASCII.GetBytes(w)]
            ),
            [0x7F, 0xFF, 0xFF, 0xFF, 0x0F],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
            [0x0A, 0x00],
        ];
        var taken = 0;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (_, most) = Fuzz.Run(
            11,
            Inputs,
            Samples(),
            words,
            bytes =>
            {
                try
                {
                    var model = ModelReader.Parse(bytes, "fuzz");
                    var face = ModelInterface.Of(model.Graph, OnnxModel.Input, "fuzz");
                    if (GraphImport.Run(model, face, OnnxModel.Input, "fuzz").Graph is { } graph)
                    {
                        Compute(graph, ++taken);
                    }
                }
                catch (ModelException e)
                {
                    throw new DataException(e.Message, e);
                }
            }
        );
        Assert.InRange(taken, 1_000, Inputs / 2);
        Assert.InRange(most, 1, 4 << 20);
    }

    private static void Compute(NetworkGraph graph, int number)
    {
        var values = graph.Shapes(1).Values.Sum(shape => shape.Aggregate(1.0, (a, b) => a * b));
        if (number % ComputedEvery != 0 || values > 100_000)
        {
            return;
        }
        using var scope = NewDisposeScope();
        using var module = new GraphModule(graph);
        module.eval();
        var scores = module.call(zeros(2, 3, 7, 6));
        Assert.Equal([2, graph.Classes()], scores.shape);
    }

    /// <summary>Small models that use each operator.</summary>
    private static byte[][] Samples() =>
        [.. OperatorCases.All.Values.Select(make => make().Bytes).Where(bytes => bytes.Length < 700)];
}
