using Temper.Data;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Tests.Training.Contract;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>Networks and examples of which bounds can be computed by hand.</summary>
internal static class CertifiedCases
{
    public static double Worst(Exact net, double[][] x, long[] y, double epsilon) =>
        x.Select(
                (row, i) =>
                {
                    var scores = net.Scores(row);
                    return Math.Log(
                        scores
                            .Select(
                                (s, j) =>
                                    Math.Exp(
                                        s
                                            - scores[y[i]]
                                            + (
                                                epsilon
                                                * net.Weights[j].Zip(net.Weights[y[i]], (a, b) => Math.Abs(a - b)).Sum()
                                            )
                                    )
                            )
                            .Sum()
                    );
                }
            )
            .Average();

    public static double[][] Weights(int classes) =>
        [
            .. Enumerable
                .Range(0, classes)
                .Select(k => new[] { 0.5 - (0.75 * k), 0.25 + (0.5 * k * k), -0.125 * (k + 1) }),
        ];

    public static double[] Bias(int classes) => [.. Enumerable.Range(0, classes).Select(k => 0.25 * k)];

    public static double[][] Rows(float[] x) => [.. x.Chunk(3).Select(r => r.Select(v => (double)v).ToArray())];

    public static Batch Examples(int classes) =>
        new(
            tensor(new[] { 0.25f, 0.5f, 0.75f, 0.5f, 0.375f, 0.625f }).view(2, 1, 1, 3),
            tensor(new long[] { 0, classes - 1 }),
            [0, 1]
        );

    public static ModuleClassifier Linear(int classes)
    {
        InputShape input = new(1, 1, 3);
        var module = new LayerList(new() { Layers = ["flatten", $"fc 3 {classes}"] }).Build(input, classes);
        Set(module, "1.weight", [.. Weights(classes).SelectMany(w => w)]);
        Set(module, "1.bias", Bias(classes));
        return new(module, input, classes);
    }

    public static ModuleClassifier TwoUnits()
    {
        InputShape input = new(1, 1, 1);
        var module = new LayerList(new() { Layers = ["flatten", "fc 1 2", "relu", "fc 2 2"] }).Build(input, 2);
        Set(module, "1.weight", [1, -1]);
        Set(module, "1.bias", [-0.4, 0.6]);
        Set(module, "3.weight", [1, 1, 0, 0]);
        Set(module, "3.bias", [0, 0]);
        return new(module, input, 2);
    }

    public static ModuleClassifier Layers(params string[] layers)
    {
        manual_seed(1);
        InputShape input = new(1, 6, 6);
        return new(new LayerList(new() { Layers = layers }).Build(input, 3), input, 3);
    }

    public static void Set(nn.Module module, string name, double[] values)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var parameter = module.get_parameter(name)!;
        parameter.copy_(tensor(values).to(ScalarType.Float32).view(parameter.shape));
    }
}
