namespace Temper.Models.Scripts;

/// <summary>The local names of one function, and of which class of the archive their values are.</summary>
/// <remarks>
/// A name has a class only if its parameter and every assignment to it agree. Whatever is not certain has none, and then
/// only attributes are taken that are harmless on any value.
/// </remarks>
internal sealed class ScriptScope(ScriptOutline outline)
{
    private const int MostSteps = 64;

    private readonly Dictionary<string, List<(ScriptLine? Line, int From, string? Class)>> _origins = new(
        StringComparer.Ordinal
    );

    private readonly Dictionary<string, ScriptClass?> _known = new(StringComparer.Ordinal);

    /// <summary>Whether the name is a parameter or assigned to somewhere in the function.</summary>
    public bool Has(string name) => _origins.ContainsKey(name);

    /// <summary>Adds a parameter, or a target whose value is not looked into.</summary>
    public void Add(string name, string? type) => Origins(name).Add((null, 0, outline.Class(type)?.Name));

    /// <summary>Adds an assignment of all words from a place on.</summary>
    public void Assign(string name, ScriptLine line, int from) => Origins(name).Add((line, from, null));

    /// <summary>The class of the value that the words from one place to another give; null where it is not certain.</summary>
    public ScriptClass? ClassOf(ScriptLine line, int from, int to, int steps = 0)
    {
        if (from >= to || steps > MostSteps)
        {
            return null;
        }
        ScriptClass? found;
        int next;
        if (line.Is(from, "("))
        {
            next = line.Words[from].Partner + 1;
            found = ClassOf(line, from + 1, next - 1, steps + 1);
        }
        else if (line.Is(from, "getattr") && line.Is(from + 1, "("))
        {
            next = line.Words[from + 1].Partner + 1;
            // getattr(VALUE, "name")
            if (!line.Is(next - 3, ",") || line.Words[next - 2].Kind != ScriptWordKind.Text)
            {
                return null;
            }
            found = Member(ClassOf(line, from + 2, next - 3, steps + 1), line.Words[next - 2].Text);
        }
        else if (line.IsName(from))
        {
            next = from + 1;
            found = ClassOf(line.Words[from].Text, steps + 1);
        }
        else
        {
            return null;
        }
        for (; next < to; next += 2)
        {
            if (!line.Is(next, ".") || !line.IsName(next + 1) || next + 1 >= to)
            {
                return null;
            }
            found = Member(found, line.Words[next + 1].Text);
        }
        return found;
    }

    private ScriptClass? Member(ScriptClass? type, string name) => outline.Class(type?.Members.GetValueOrDefault(name));

    private ScriptClass? ClassOf(string name, int steps)
    {
        if (
            _known.TryGetValue(name, out var known)
            || steps > MostSteps
            || !_origins.TryGetValue(name, out var origins)
        )
        {
            return known;
        }
        // A name that depends on itself has no class.
        _known[name] = null;
        ScriptClass? all = null;
        foreach (var (line, from, type) in origins)
        {
            var one = line is null ? outline.Class(type) : ClassOf(line, from, line.Words.Length, steps + 1);
            if (one is null || (all is not null && all != one))
            {
                return null;
            }
            all = one;
        }
        _known[name] = all;
        return all;
    }

    private List<(ScriptLine? Line, int From, string? Class)> Origins(string name)
    {
        if (!_origins.TryGetValue(name, out var origins))
        {
            _origins[name] = origins = [];
        }
        return origins;
    }
}
