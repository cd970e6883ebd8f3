using Temper.Errors;

namespace Temper.Models.Scripts;

/// <summary>What the code of an archive defines: classes with their members, and functions.</summary>
internal sealed class ScriptOutline
{
    private static readonly string[] Bases = ["Module", "NamedTuple"];
    private static readonly string[] Lists = ["__parameters__", "__buffers__", "__annotations__"];

    private readonly Dictionary<string, ScriptClass> _classes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _functions = new(StringComparer.Ordinal);

    /// <summary>Finds a class by its qualified name; null where there is none.</summary>
    public ScriptClass? Class(string? name) => name is null ? null : _classes.GetValueOrDefault(name);

    /// <summary>Gets the number of classes.</summary>
    public int Count => _classes.Count;

    /// <summary>Whether a qualified name is a class or function of the archive.</summary>
    public bool Knows(string name) => _classes.ContainsKey(name) || _functions.Contains(name);

    /// <summary>Takes in the definitions of a file.</summary>
    /// <param name="module">The qualified name of the file, such as <c>__torch__.zoo</c>.</param>
    /// <param name="lines">Its statements.</param>
    /// <param name="file">The entry, for messages.</param>
    public void Add(string module, IReadOnlyList<ScriptLine> lines, string file)
    {
        ScriptClass? current = null;
        foreach (var line in lines)
        {
            if (line.Indent == 0)
            {
                current = null;
            }
            if (line.Is(0, "class"))
            {
                current = new($"{module}.{Heading(line, file)}");
                if (!_classes.TryAdd(current.Name, current))
                {
                    throw new DataException($"{file}, line {line.Number}: the class {current.Name} is there twice");
                }
            }
            else if (line.Is(0, "def"))
            {
                Define(module, line, current, file);
            }
            else if (line.Indent == 2 && current is not null)
            {
                Declare(line, current, file);
            }
        }
    }

    /// <summary>The qualified name that the words from one place to another spell; null where they are no such name.</summary>
    public static string? Qualified(ScriptLine line, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if ((i - from) % 2 == 0 ? !line.IsName(i) : !line.Is(i, "."))
            {
                return null;
            }
        }
        return (to - from) % 2 == 1 ? string.Concat(line.Words[from..to].Select(w => w.Text)) : null;
    }

    private static string Heading(ScriptLine line, string file)
    {
        // class NAME: or class NAME(BASE):
        var end = line.Words.Length - 1;
        var bare = end == 2;
        var based = end == 5 && line.Is(2, "(") && Bases.Contains(line.Words[3].Text) && line.Is(4, ")");
        return line.Indent == 0 && line.IsName(1) && line.Is(end, ":") && (bare || based)
            ? line.Words[1].Text
            : throw new DataException(
                $"{file}, line {line.Number}: a class of another form than 'class NAME(Module):'"
            );
    }

    private void Define(string module, ScriptLine line, ScriptClass? current, string file)
    {
        var name = line.IsName(1) ? line.Words[1].Text : "";
        var added = line.Indent switch
        {
            0 => _functions.Add($"{module}.{name}"),
            2 when current is not null => current.Members.TryAdd(name, null),
            _ => false,
        };
        if (!added)
        {
            throw new DataException($"{file}, line {line.Number}: the function '{name}' is nested or there twice");
        }
    }

    /// <summary><c>name : type</c> or <c>__annotations__["name"] = type</c>.</summary>
    /// <remarks>
    /// Only what libtorch makes an attribute counts. It looks for anything else among its operators: constants
    /// (<c>Final</c>), and functions that are listed as hooks.
    /// </remarks>
    private static void Declare(ScriptLine line, ScriptClass current, string file)
    {
        var name = line.Words[0].Text;
        var added = true;
        if (line.IsName(0) && line.Is(1, ":"))
        {
            var isConstant = line.Is(2, "Final") || line.Words.Skip(2).Any(w => w is (ScriptWordKind.Symbol, "=", _));
            added = isConstant || current.Members.TryAdd(name, Qualified(line, 2, line.Words.Length));
        }
        else if (name == "__annotations__" && line.Is(1, "[") && line.Words[1].Partner == 3 && line.Is(4, "="))
        {
            name = line.Words[2].Text;
            added = current.Members.TryAdd(name, Qualified(line, 5, line.Words.Length));
        }
        else if (!Lists.Contains(name))
        {
            throw new DataException($"{file}, line {line.Number}: found '{name}', which is no part of a class here");
        }
        if (!added)
        {
            throw new DataException($"{file}, line {line.Number}: the attribute '{name}' is there twice");
        }
    }
}
