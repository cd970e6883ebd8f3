using Temper.Errors;

namespace Temper.Models.Scripts;

/// <summary>Goes through the code of a script and refuses every name that is not known to be harmless.</summary>
/// <remarks>
/// A name counts whether it is called or not, since a function can be put into a variable first. On values libtorch looks
/// attributes up among its operators (<c>x.save</c> is <c>aten::save</c>), so an attribute must be on the list, or belong
/// to a class of the archive that the value is certain to have.
/// </remarks>
internal sealed class ScriptCheck(ScriptOutline outline, ISet<string> operators)
{
    private const int MostLinks = 200;

    private static readonly HashSet<string> Blocks = ["if", "elif", "else", "while", "for", "def", "class"];

    /// <summary>Checks a file.</summary>
    /// <param name="lines">Its statements.</param>
    /// <param name="file">The entry, for messages.</param>
    /// <exception cref="DataException">A name is not on the list.</exception>
    public void Run(IReadOnlyList<ScriptLine> lines, string file)
    {
        var none = new ScriptScope(outline);
        var i = 0;
        while (i < lines.Count)
        {
            var line = lines[i];
            if (line.Is(0, "def"))
            {
                var end = i + 1;
                while (end < lines.Count && lines[end].Indent > line.Indent)
                {
                    end++;
                }
                var scope = ScriptLocals.Of(lines, i, end, outline, file);
                for (; i < end; i++)
                {
                    Statement(lines[i], scope, file);
                }
                continue;
            }
            if (!line.Is(0, "class"))
            {
                // Declarations of a class, and the version of the operators: names and constants.
                Words(line, Declared(line), none, file);
            }
            i++;
        }
    }

    /// <summary>Where the part of a declaration begins that is not the name it declares.</summary>
    private static int Declared(ScriptLine line) =>
        line.IsName(0) && (line.Is(1, ":") || line.Is(1, "=")) ? 1
        : line.Is(0, "__annotations__") ? 1
        : 0;

    private void Statement(ScriptLine line, ScriptScope scope, string file)
    {
        var isBlock = line.IsName(0) && Blocks.Contains(line.Words[0].Text);
        if (isBlock && !line.Is(line.Words.Length - 1, ":"))
        {
            throw Refuse(line, file, "a statement behind a colon");
        }
        Words(line, line.Is(0, "def") ? 2 : 0, scope, file);
    }

    private void Words(ScriptLine line, int from, ScriptScope scope, string file)
    {
        for (var at = from; at < line.Words.Length; at++)
        {
            if (line.Is(at, "."))
            {
                Attribute(line, at, scope, file);
                at++;
            }
            else if (line.IsName(at))
            {
                at = Name(line, at, scope, file);
            }
        }
    }

    /// <summary>Checks a name that stands alone or begins a path; gives the place of the last word that is dealt with.</summary>
    private int Name(ScriptLine line, int at, ScriptScope scope, string file)
    {
        var name = line.Words[at].Text;
        switch (name)
        {
            case "torch":
                return Path(line, at, 1, Allowed.Operators, file);
            case "ops":
                return Path(line, at, 2, Allowed.Ops, file);
            case "CONSTANTS" when line.Is(at + 1, ".") && line.IsName(at + 2):
                return line.Words[at + 2].Text is ['c', .. var digits] && digits.All(char.IsAsciiDigit)
                    ? at + 2
                    : throw Refuse(line, file, $"'CONSTANTS.{line.Words[at + 2].Text}'");
            case "__torch__":
                return Defined(line, at, file);
            case "getattr" when line.Is(at + 1, "("):
                var end = line.Words[at + 1].Partner;
                if (!line.Is(end - 2, ",") || line.Words[end - 1].Kind != ScriptWordKind.Text)
                {
                    throw Refuse(line, file, "'getattr' of another form than getattr(value, \"name\")");
                }
                Member(line, line.Words[end - 1].Text, scope.ClassOf(line, at + 2, end - 2), file);
                return at;
        }
        var isArgument = line.Is(at + 1, "=") && at > 0 && (line.Is(at - 1, ",") || line.Is(at - 1, "("));
        var known = isArgument || Allowed.Words.Contains(name) || Allowed.Builtins.Contains(name) || scope.Has(name);
        return known ? at : throw Refuse(line, file, $"'{name}'");
    }

    /// <summary>A path below <c>torch</c> or <c>ops</c> of so many names.</summary>
    private int Path(ScriptLine line, int at, int names, HashSet<string> allowed, string file)
    {
        var path = line.Words[at].Text;
        for (var i = 0; i < names; i++)
        {
            if (!line.Is(at + 1, ".") || !line.IsName(at + 2))
            {
                throw Refuse(line, file, $"'{path}' by itself");
            }
            at += 2;
            path += "." + line.Words[at].Text;
        }
        if (!allowed.Contains(names == 1 ? line.Words[at].Text : path))
        {
            throw Refuse(line, file, $"'{path}'");
        }
        operators.Add(path);
        return at;
    }

    private int Defined(ScriptLine line, int at, string file)
    {
        var end = at + 1;
        while (end - at < MostLinks && line.Is(end, ".") && line.IsName(end + 1))
        {
            end += 2;
        }
        var name = ScriptOutline.Qualified(line, at, end)!;
        return outline.Knows(name) ? end - 1 : throw Refuse(line, file, $"'{name}', which the archive does not define");
    }

    private void Attribute(ScriptLine line, int dot, ScriptScope scope, string file)
    {
        if (!line.IsName(dot + 1))
        {
            throw Refuse(line, file, "a dot that no name follows");
        }
        var name = line.Words[dot + 1].Text;
        Member(line, name, scope.ClassOf(line, Start(line, dot, file), dot), file);
    }

    /// <summary>Where the value begins whose attribute is taken.</summary>
    private static int Start(ScriptLine line, int dot, string file)
    {
        var at = dot - 1;
        for (var links = 0; links < MostLinks; links++)
        {
            if (at < 0)
            {
                throw Refuse(line, file, "a dot that begins a statement");
            }
            if (line.Words[at].Partner is >= 0 and var open)
            {
                var isCall =
                    open > 0
                    && (line.IsName(open - 1) || line.Words[open - 1].Partner is >= 0 and var p && p < open - 1);
                if (!isCall || (line.IsName(open - 1) && Allowed.Words.Contains(line.Words[open - 1].Text)))
                {
                    return open;
                }
                at = open - 1;
            }
            else if (line.IsName(at) && line.Is(at - 1, "."))
            {
                at -= 2;
            }
            else
            {
                return at;
            }
        }
        throw Refuse(line, file, $"a chain of more than {MostLinks} attributes");
    }

    private void Member(ScriptLine line, string name, ScriptClass? type, string file)
    {
        if (type?.Members.ContainsKey(name) == true || Allowed.Attributes.Contains(name))
        {
            return;
        }
        if (!Allowed.Operators.Contains(name))
        {
            throw Refuse(line, file, $"the attribute '{name}' of a value");
        }
        operators.Add("torch." + name);
    }

    /// <summary>The refusal of a name.</summary>
    internal static DataException Refuse(ScriptLine line, string file, string what) =>
        new($"{file}, line {line.Number}: found {what}, which is not on the allow-list of harmless operators");
}
