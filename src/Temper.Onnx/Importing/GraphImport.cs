using Temper.Errors;
using Temper.Models;
using Temper.Onnx.Reading;
using Temper.Onnx.Schema;

namespace Temper.Onnx.Importing;

/// <summary>Rewrites an ONNX graph as a network that can be followed by gradients.</summary>
internal static class GraphImport
{
    /// <summary>The versions of the standard's operators whose meaning was checked against onnxruntime.</summary>
    public const long OldestOpset = 7;

    /// <summary>See <see cref="OldestOpset"/>.</summary>
    public const long NewestOpset = 21;

    private const int MostNamed = 6;

    /// <summary>Imports a model.</summary>
    /// <param name="model">The model, read by <see cref="ModelReader"/>.</param>
    /// <param name="face">What it takes and returns.</param>
    /// <param name="input">The shape of one input.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="DataException">The graph contradicts itself.</exception>
    /// <exception cref="ModelException">Shapes do not fit each other.</exception>
    public static ImportResult Run(ModelProto model, ModelInterface face, InputShape input, string path)
    {
        var opset = ModelReader.Opset(model);
        if (opset is < OldestOpset or > NewestOpset)
        {
            return new(
                null,
                $"it is written in operator set {opset}, and those from {OldestOpset} to {NewestOpset} have a differentiable form here"
            );
        }
        var import = new ImportScope(model.Graph, face, input, path);
        var problems = new List<(string Operator, string Label)>();
        foreach (var node in model.Graph.Node)
        {
            if (Import(node, import, opset, path) is { } problem)
            {
                problems.Add(problem);
            }
        }
        return problems.Count > 0 ? new(null, Sentence(problems)) : new(import.Finish(face.Output), null);
    }

    /// <summary>Imports a node; where that cannot be done its operator is returned, with what of it.</summary>
    private static (string Operator, string Label)? Import(NodeProto node, ImportScope import, long opset, string path)
    {
        var reader = new NodeReader(node, opset, path);
        var inputs = import.Inputs(reader);
        var isStandard = node.Domain is "" or "ai.onnx";
        if (!isStandard || !Operators.Known.TryGetValue(node.OpType, out var operation))
        {
            var name = isStandard ? node.OpType : $"{node.Domain}::{node.OpType}";
            import.DefineUnknown(reader);
            return (Excerpt.Clean(name), reader.Label);
        }
        // Behind an unknown operator nothing can be said of shapes; such nodes are passed over, not blamed.
        if (inputs.OfType<Unknown>().FirstOrDefault() is { } unknown)
        {
            import.DefineUnknown(reader);
            return unknown.Why is { } why ? (Excerpt.Clean(node.OpType), $"{reader.Label}: {why}") : null;
        }
        var result = operation.Import(import, reader, inputs);
        reader.Finish();
        if (import.SecondOutput(node) is { } second)
        {
            reader.Cannot($"output '{Excerpt.Clean(second)}'");
        }
        if (result is null || reader.Problem is not null)
        {
            import.DefineUnknown(reader);
            return (Excerpt.Clean(node.OpType), $"{reader.Label}: {reader.Problem}");
        }
        import.Define(reader, result);
        return null;
    }

    private static string Sentence(List<(string Operator, string Label)> problems)
    {
        var groups = problems.GroupBy(p => p.Operator, StringComparer.Ordinal).ToArray();
        var named = groups
            .Take(MostNamed)
            .Select(g =>
                $"operator '{g.Key}' ({g.First().Label}{(g.Count() > 1 ? $", and {g.Count() - 1} more" : "")})"
            );
        var more = groups.Length > MostNamed ? $" and {groups.Length - MostNamed} more operators" : "";
        var several = groups.Length > 1;
        return $"{string.Join(", ", named)}{more} {(several ? "have" : "has")} no differentiable form here";
    }
}
