using Temper.Errors;
using Temper.Serialization;
using static TorchSharp.torch;

namespace Temper.Models;

/// <summary>Weights and buffers of a module, to and from safetensors.</summary>
public static class Weights
{
    /// <summary>Writes a module's weights and buffers.</summary>
    /// <param name="module">The module, borrowed.</param>
    /// <param name="path">The file; replaced atomically.</param>
    /// <param name="metadata">What the file says about the model.</param>
    public static void Save(nn.Module module, string path, IReadOnlyDictionary<string, string> metadata) =>
        new SafetensorsFile([.. State(module).Select(s => Entry(s.Name, s.Value))], metadata).Write(path);

    /// <summary>Reads weights into a module, strictly: the same names, types and shapes.</summary>
    /// <param name="module">The module, overwritten.</param>
    /// <param name="path">The file.</param>
    /// <returns>The file's metadata.</returns>
    /// <exception cref="DataException">The file is damaged or belongs to another architecture.</exception>
    public static IReadOnlyDictionary<string, string> Load(nn.Module module, string path)
    {
        var file = SafetensorsFile.Read(path);
        var byName = file.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        var state = State(module).ToArray();
        var missing = state.Select(s => s.Name).Except(byName.Keys, StringComparer.Ordinal).ToArray();
        var unknown = byName.Keys.Except(state.Select(s => s.Name), StringComparer.Ordinal).ToArray();
        if (missing.Length + unknown.Length > 0)
        {
            throw new DataException(
                $"{path}: the weights belong to another architecture (missing: {Some(missing)}; not expected: {Some(unknown)})."
            );
        }
        foreach (var (name, value) in state)
        {
            Copy(byName[name], value, path);
        }
        return file.Metadata;
    }

    /// <summary>The parameters and buffers of a module under their names.</summary>
    internal static IEnumerable<(string Name, Tensor Value)> State(nn.Module module) =>
        module
            .named_parameters()
            .Select(p => (p.name, (Tensor)p.parameter))
            .Concat(module.named_buffers().Select(b => (b.name, b.buffer)));

    /// <summary>A tensor as an entry; the bytes are copied.</summary>
    internal static SafetensorsEntry Entry(string name, Tensor value)
    {
        using var dense = value.detach().cpu().contiguous();
        return new(name, TypeName(value.dtype), value.shape, dense.bytes.ToArray());
    }

    /// <summary>Copies an entry into a tensor of the same type and shape.</summary>
    internal static void Copy(SafetensorsEntry entry, Tensor target, string path)
    {
        if (entry.DType != TypeName(target.dtype) || !entry.Shape.SequenceEqual(target.shape))
        {
            throw new DataException(
                $"{path}: tensor '{entry.Name}' is {entry.DType} ({string.Join(", ", entry.Shape)}), expected {TypeName(target.dtype)} ({string.Join(", ", target.shape)})."
            );
        }
        using var noGrad = no_grad();
        using var source = Tensor(entry);
        target.copy_(source);
    }

    /// <summary>A new tensor from an entry; the caller owns it.</summary>
    internal static Tensor Tensor(SafetensorsEntry entry)
    {
        var type = entry.DType switch
        {
            "F64" => ScalarType.Float64,
            "F32" => ScalarType.Float32,
            "F16" => ScalarType.Float16,
            "BF16" => ScalarType.BFloat16,
            "I64" => ScalarType.Int64,
            "I32" => ScalarType.Int32,
            "I16" => ScalarType.Int16,
            "I8" => ScalarType.Int8,
            "U8" => ScalarType.Byte,
            _ => ScalarType.Bool,
        };
        var result = empty(entry.Shape, dtype: type);
        if (result.NumberOfElements > 0)
        {
            entry.Data.Span.CopyTo(result.bytes);
        }
        return result;
    }

    private static string TypeName(ScalarType type) =>
        type switch
        {
            ScalarType.Float64 => "F64",
            ScalarType.Float32 => "F32",
            ScalarType.Float16 => "F16",
            ScalarType.BFloat16 => "BF16",
            ScalarType.Int64 => "I64",
            ScalarType.Int32 => "I32",
            ScalarType.Int16 => "I16",
            ScalarType.Int8 => "I8",
            ScalarType.Byte => "U8",
            ScalarType.Bool => "BOOL",
            _ => throw new DataException($"a tensor of type {type} cannot be written to safetensors."),
        };

    private static string Some(string[] names) =>
        names.Length == 0 ? "none"
        : names.Length <= 4 ? string.Join(", ", names)
        : string.Join(", ", names.Take(4)) + $" and {names.Length - 4} more";
}
