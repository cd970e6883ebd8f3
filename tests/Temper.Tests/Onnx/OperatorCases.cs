namespace Temper.Tests.Onnx;

/// <summary>One-operator models (with a Flatten where the result is no row of scores), by name.</summary>
internal static class OperatorCases
{
    public static readonly IReadOnlyDictionary<string, Func<OnnxModel>> All = new Dictionary<string, Func<OnnxModel>>(
        [
            .. Convolutions(),
            .. Pools(),
            .. Dense(),
            .. ShapeCases.Pointwise(),
            .. ShapeCases.Shapes(),
            .. ShapeCases.Chains(),
        ],
        StringComparer.Ordinal
    );

    public static KeyValuePair<string, Func<OnnxModel>> Case(string name, Func<OnnxModel> make) => new(name, make);

    /// <summary>One operator on x, its result as a row.</summary>
    public static OnnxModel Row(
        long opset,
        string op,
        Func<OnnxModel, string[]>? more = null,
        params (string, object)[] attributes
    )
    {
        var model = new OnnxModel(opset);
        return model.Node(op, ["x", .. more?.Invoke(model) ?? []], "r", attributes).Node("Flatten", ["r"], "y");
    }

    private static IEnumerable<KeyValuePair<string, Func<OnnxModel>>> Convolutions()
    {
        (string Name, int Groups, int[] Kernel, (string, object)[] Attributes)[] all =
        [
            ("plain", 1, [3, 3], []),
            ("kernel shape", 1, [2, 3], [("kernel_shape", (int[])[2, 3])]),
            ("strides", 1, [3, 2], [("strides", (int[])[2, 3])]),
            ("even padding", 1, [3, 3], [("pads", (int[])[1, 2, 1, 2])]),
            ("uneven padding", 1, [3, 3], [("pads", (int[])[0, 1, 2, 0]), ("strides", (int[])[2, 1])]),
            ("dilations", 1, [2, 2], [("dilations", (int[])[2, 2]), ("pads", (int[])[1, 0, 1, 1])]),
            ("groups", 3, [3, 3], [("group", 3)]),
            ("same upper", 1, [4, 3], [("auto_pad", "SAME_UPPER"), ("strides", (int[])[2, 2])]),
            ("same lower", 1, [4, 3], [("auto_pad", "SAME_LOWER"), ("strides", (int[])[3, 2])]),
            ("valid", 1, [2, 2], [("auto_pad", "VALID")]),
            ("not set", 1, [2, 2], [("auto_pad", "NOTSET"), ("pads", (int[])[1, 1, 0, 0])]),
        ];
        foreach (var c in all)
        {
            foreach (var bias in (bool[])[false, true])
            {
                yield return Case(
                    $"Conv {c.Name}{(bias ? " bias" : "")}",
                    () =>
                        Row(
                            13,
                            "Conv",
                            m =>
                                bias
                                    ? [m.Random(-1, 1, 6, 3 / c.Groups, c.Kernel[0], c.Kernel[1]), m.Random(-1, 1, 6)]
                                    : [m.Random(-1, 1, 6, 3 / c.Groups, c.Kernel[0], c.Kernel[1])],
                            c.Attributes
                        )
                );
            }
        }
        yield return Case("Conv opset 7", () => Row(7, "Conv", m => [m.Random(-1, 1, 2, 3, 3, 3)]));
        yield return Case("Conv opset 21", () => Row(21, "Conv", m => [m.Random(-1, 1, 2, 3, 3, 3)]));
    }

    private static IEnumerable<KeyValuePair<string, Func<OnnxModel>>> Pools()
    {
        (string, (string, object)[])[] all =
        [
            ("plain", [("kernel_shape", (int[])[2, 3])]),
            ("strides", [("kernel_shape", (int[])[3, 2]), ("strides", (int[])[2, 2])]),
            (
                "even padding",
                [("kernel_shape", (int[])[3, 3]), ("pads", (int[])[1, 1, 1, 1]), ("strides", (int[])[2, 2])]
            ),
            ("uneven padding", [("kernel_shape", (int[])[3, 3]), ("pads", (int[])[0, 2, 1, 0])]),
            ("wide padding", [("kernel_shape", (int[])[3, 3]), ("pads", (int[])[2, 2, 2, 2])]),
            ("ceiling", [("kernel_shape", (int[])[2, 2]), ("strides", (int[])[2, 4]), ("ceil_mode", 1)]),
            (
                "ceiling padded",
                [
                    ("kernel_shape", (int[])[3, 3]),
                    ("strides", (int[])[3, 2]),
                    ("pads", (int[])[1, 0, 1, 1]),
                    ("ceil_mode", 1),
                ]
            ),
            ("ceiling beyond", [("kernel_shape", (int[])[1, 1]), ("strides", (int[])[4, 3]), ("ceil_mode", 1)]),
            (
                "ceiling uneven",
                [
                    ("kernel_shape", (int[])[3, 2]),
                    ("strides", (int[])[2, 3]),
                    ("pads", (int[])[0, 1, 1, 0]),
                    ("ceil_mode", 1),
                ]
            ),
            ("same upper", [("kernel_shape", (int[])[3, 2]), ("strides", (int[])[2, 2]), ("auto_pad", "SAME_UPPER")]),
            ("same lower", [("kernel_shape", (int[])[2, 2]), ("strides", (int[])[2, 1]), ("auto_pad", "SAME_LOWER")]),
            ("valid", [("kernel_shape", (int[])[2, 2]), ("auto_pad", "VALID")]),
        ];
        foreach (var (name, attributes) in all)
        {
            yield return Case($"MaxPool {name}", () => Row(13, "MaxPool", null, attributes));
            yield return Case($"AveragePool {name}", () => Row(19, "AveragePool", null, attributes));
            yield return Case(
                $"AveragePool {name} padding counts",
                () => Row(19, "AveragePool", null, [.. attributes, ("count_include_pad", 1)])
            );
        }
        yield return Case(
            "MaxPool opset 8",
            () => Row(8, "MaxPool", null, ("kernel_shape", (int[])[2, 2]), ("storage_order", 0))
        );
        yield return Case("AveragePool opset 7", () => Row(7, "AveragePool", null, ("kernel_shape", (int[])[2, 2])));
        yield return Case("GlobalAveragePool", () => Row(13, "GlobalAveragePool"));
        yield return Case("ReduceMean kept", () => Row(13, "ReduceMean", null, ("axes", (int[])[2, 3])));
        yield return Case(
            "ReduceMean",
            () => new OnnxModel(11).Node("ReduceMean", ["x"], "y", ("axes", (int[])[-1, -2]), ("keepdims", 0))
        );
        yield return Case("ReduceMean opset 18", () => Row(18, "ReduceMean", m => [m.Wholes(3, 2)]));
    }

    private static IEnumerable<KeyValuePair<string, Func<OnnxModel>>> Dense()
    {
        (string, int, double, double, long[]?)[] all =
        [
            ("transB", 1, 1, 1, [5]),
            ("plain", 0, 1, 1, [5]),
            ("alpha beta", 1, 0.5, 2, [5]),
            ("alpha", 0, -1.5, 1, null),
            ("no C", 1, 1, 1, null),
            ("row C", 1, 1, 0.25, [1, 5]),
            ("scalar C", 1, 1, 1, []),
            ("one C", 0, 2, 3, [1]),
            ("one row of one C", 0, 2, 3, [1, 1]),
        ];
        foreach (var (name, transB, alpha, beta, c) in all)
        {
            yield return Case(
                $"Gemm {name}",
                () =>
                {
                    var m = new OnnxModel().Node("Flatten", ["x"], "f");
                    string[] bias = c is null ? [] : [m.Random(-1, 1, c)];
                    var weight = transB == 1 ? m.Random(-1, 1, 5, 126) : m.Random(-1, 1, 126, 5);
                    return m.Node(
                        "Gemm",
                        ["f", weight, .. bias],
                        "y",
                        ("transB", transB),
                        ("alpha", alpha),
                        ("beta", beta)
                    );
                }
            );
        }
        yield return Case(
            "MatMul rows",
            () =>
            {
                var m = new OnnxModel().Node("Flatten", ["x"], "f");
                return m.Node("MatMul", ["f", m.Random(-1, 1, 126, 4)], "y");
            }
        );
        yield return Case("MatMul images", () => Row(13, "MatMul", m => [m.Random(-1, 1, 6, 4)]));
        foreach (var opset in (long[])[7, 9, 13, 14, 15, 21])
        {
            yield return Case(
                $"BatchNormalization opset {opset}",
                () =>
                    Row(
                        opset,
                        "BatchNormalization",
                        m => [m.Random(0.5, 2, 3), m.Random(-1, 1, 3), m.Random(-1, 1, 3), m.Random(0.1, 3, 3)],
                        ("epsilon", 0.01)
                    )
            );
        }
        yield return Case(
            "BatchNormalization rows",
            () =>
            {
                var m = new OnnxModel().Node("Flatten", ["x"], "f");
                string[] stored =
                [
                    m.Random(0.5, 2, 126),
                    m.Random(-1, 1, 126),
                    m.Random(-1, 1, 126),
                    m.Random(0.1, 3, 126),
                ];
                return m.Node("BatchNormalization", ["f", .. stored], "y", ("momentum", 0.8));
            }
        );
    }
}
