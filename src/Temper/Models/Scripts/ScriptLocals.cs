using Temper.Errors;

namespace Temper.Models.Scripts;

/// <summary>Reads which names a function assigns to, and what.</summary>
internal static class ScriptLocals
{
    private static readonly HashSet<string> Targets = ["=", "+=", "-=", "*=", "/=", "//=", "%=", "**="];

    /// <summary>Finds the local names of a function, from its heading to its end.</summary>
    /// <exception cref="DataException">A local name is one that libtorch knows.</exception>
    public static ScriptScope Of(IReadOnlyList<ScriptLine> lines, int from, int to, ScriptOutline outline, string file)
    {
        var scope = new ScriptScope(outline);
        Parameters(lines[from], scope, file);
        for (var i = from + 1; i < to; i++)
        {
            var line = lines[i];
            for (var w = 0; w < line.Words.Length; w++)
            {
                if (line.Is(w, "for"))
                {
                    // Loops, and lists made by a loop.
                    for (w++; w < line.Words.Length && !line.Is(w, "in"); w++)
                    {
                        Local(line, w, scope, file);
                    }
                }
            }
            var equals = Equals(line, 0);
            if (equals == 1 && line.Is(1, "="))
            {
                Reserve(line, 0, file);
                var more = Equals(line, 2) > 0;
                if (more)
                {
                    scope.Add(line.Words[0].Text, null);
                }
                else
                {
                    scope.Assign(line.Words[0].Text, line, 2);
                }
            }
            else
            {
                // a, b = …; a : T = …; a += …: a value that is not looked into.
                Rebind(line, 0, line.IsName(0) && line.Is(1, ":") ? 1 : equals, scope, file);
            }
            for (var next = equals; next > 0; equals = next)
            {
                next = Equals(line, equals + 1);
                Rebind(line, equals + 1, next, scope, file);
            }
        }
        return scope;
    }

    /// <summary>Takes the targets between two places; x.name and x[i] leave x what it is.</summary>
    private static void Rebind(ScriptLine line, int from, int to, ScriptScope scope, string file)
    {
        for (var w = from; w < to; w++)
        {
            if (line.Is(w, "["))
            {
                w = w > from ? line.Words[w].Partner : w;
            }
            else if (!line.Is(w + 1, ".") && !line.Is(w + 1, "["))
            {
                Local(line, w, scope, file);
            }
        }
    }

    private static void Local(ScriptLine line, int at, ScriptScope scope, string file)
    {
        if (line.IsName(at) && !line.Is(at - 1, ".") && !Allowed.Words.Contains(line.Words[at].Text))
        {
            Reserve(line, at, file);
            scope.Add(line.Words[at].Text, null);
        }
    }

    /// <summary>def name(self: TYPE, input: TYPE, flag: bool=False) -> TYPE:</summary>
    private static void Parameters(ScriptLine line, ScriptScope scope, string file)
    {
        if (!line.IsName(1) || !line.Is(2, "(") || !line.Is(line.Words.Length - 1, ":"))
        {
            throw ScriptCheck.Refuse(line, file, "a function of another form than 'def name(parameters):'");
        }
        var end = line.Words[2].Partner;
        for (var at = 3; at < end; at++)
        {
            if (!line.IsName(at))
            {
                throw ScriptCheck.Refuse(line, file, $"'{line.Words[at].Text}' in a list of parameters");
            }
            Reserve(line, at, file);
            var next = at + 1;
            while (next < end && !line.Is(next, ",") && !line.Is(next, "="))
            {
                next = Math.Max(next, line.Words[next].Partner) + 1;
            }
            scope.Add(line.Words[at].Text, line.Is(at + 1, ":") ? ScriptOutline.Qualified(line, at + 2, next) : null);
            while (next < end && !line.Is(next, ","))
            {
                next = Math.Max(next, line.Words[next].Partner) + 1;
            }
            at = next;
        }
    }

    /// <summary>A local name must not be one that libtorch knows: where the local is not set, that one would be meant.</summary>
    private static void Reserve(ScriptLine line, int at, string file)
    {
        var name = line.IsName(at) ? line.Words[at].Text : "";
        if (name.Length == 0 || Allowed.Words.Contains(name) || Allowed.Reserved.Contains(name))
        {
            throw ScriptCheck.Refuse(line, file, $"'{line.Words[at].Text}' as the name of a local value");
        }
        if (Allowed.Never.Contains(name))
        {
            throw ScriptCheck.Refuse(line, file, $"'{name}'");
        }
    }

    /// <summary>The first sign of an assignment outside brackets from a place on; 0 where there is none.</summary>
    private static int Equals(ScriptLine line, int from)
    {
        for (var w = from; w < line.Words.Length; w++)
        {
            if (line.Words[w].Partner > w)
            {
                w = line.Words[w].Partner;
            }
            else if (line.Words[w].Kind == ScriptWordKind.Symbol && Targets.Contains(line.Words[w].Text))
            {
                return w;
            }
        }
        return 0;
    }
}
