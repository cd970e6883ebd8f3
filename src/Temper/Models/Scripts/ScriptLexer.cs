using System.Text;
using Temper.Errors;

namespace Temper.Models.Scripts;

/// <summary>Splits the code of a script into statements. What two lexers could read in two ways is refused.</summary>
internal sealed class ScriptLexer
{
    private const int MostWords = 50_000;
    private const int MostDepth = 100;

    private static readonly string[] LongSymbols =
    [
        "**=",
        "//=",
        "->",
        "==",
        "!=",
        "<=",
        ">=",
        "+=",
        "-=",
        "*=",
        "/=",
        "%=",
        "**",
        "//",
        "<<",
        ">>",
    ];

    private readonly string _code;
    private readonly string _file;
    private readonly List<ScriptWord> _words = [];
    private readonly Stack<int> _open = new();
    private int _at;
    private int _line = 1;

    private ScriptLexer(string code, string file) => (_code, _file) = (code, file);

    /// <summary>Reads the statements of a file.</summary>
    /// <param name="code">The bytes: ASCII, as libtorch writes it.</param>
    /// <param name="file">The entry, for messages.</param>
    /// <exception cref="DataException">The code is not what libtorch writes.</exception>
    public static IReadOnlyList<ScriptLine> Read(ReadOnlySpan<byte> code, string file)
    {
        foreach (var b in code)
        {
            if (b is not ((>= 0x20 and < 0x7F) or (byte)'\n'))
            {
                throw new DataException($"{file}: the code holds the byte {b}, expected printable ASCII");
            }
        }
        return new ScriptLexer(Encoding.ASCII.GetString(code), file).Lines();
    }

    private List<ScriptLine> Lines()
    {
        List<ScriptLine> lines = [];
        var (indent, number) = (0, 1);
        while (_at < _code.Length)
        {
            if (_words.Count == 0 && _open.Count == 0)
            {
                var start = _at;
                while (_at < _code.Length && _code[_at] == ' ')
                {
                    _at++;
                }
                (indent, number) = (_at - start, _line);
            }
            if (_at < _code.Length && Next() && _words.Count > 0)
            {
                lines.Add(new(number, indent, [.. _words]));
                _words.Clear();
            }
        }
        if (_open.Count > 0)
        {
            throw Refuse("a bracket is left open");
        }
        if (_words.Count > 0)
        {
            lines.Add(new(number, indent, [.. _words]));
        }
        return lines;
    }

    /// <summary>Takes one word, or a line end outside brackets, which ends the statement and gives true.</summary>
    private bool Next()
    {
        var c = _code[_at];
        if (c == '\n')
        {
            _at++;
            _line++;
            return _open.Count == 0;
        }
        if (c == ' ')
        {
            _at++;
            return false;
        }
        if (_words.Count >= MostWords)
        {
            throw Refuse($"a statement has more than {MostWords} words");
        }
        if (char.IsAsciiLetter(c) || c == '_')
        {
            Add(ScriptWordKind.Name, Run(c => char.IsAsciiLetterOrDigit(c) || c == '_'));
        }
        else if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < _code.Length && char.IsAsciiDigit(_code[_at + 1])))
        {
            Number();
        }
        else if (c is '"' or '\'')
        {
            Text(c);
        }
        else
        {
            Symbol(c);
        }
        return false;
    }

    private void Number()
    {
        var start = _at;
        Run(char.IsAsciiDigit);
        if (_at < _code.Length && _code[_at] == '.')
        {
            _at++;
            Run(char.IsAsciiDigit);
        }
        if (_at < _code.Length && _code[_at] is 'e' or 'E')
        {
            _at++;
            if (_at < _code.Length && _code[_at] is '+' or '-')
            {
                _at++;
            }
            Run(char.IsAsciiDigit);
        }
        if (_at < _code.Length && _code[_at] == 'j')
        {
            _at++;
        }
        // A dot or letter behind a number can be read as an attribute of it.
        if (_at < _code.Length && (char.IsAsciiLetterOrDigit(_code[_at]) || _code[_at] is '.' or '_'))
        {
            throw Refuse("a number runs into a name");
        }
        Add(ScriptWordKind.Number, _code[start.._at]);
    }

    private void Text(char quote)
    {
        var start = ++_at;
        while (_at < _code.Length && _code[_at] != quote && _code[_at] != '\n')
        {
            _at += _code[_at] == '\\' ? 2 : 1;
        }
        if (_at >= _code.Length || _code[_at] != quote)
        {
            throw Refuse("a string does not end on its line");
        }
        var text = _code[start.._at++];
        if (text.Contains('\n', StringComparison.Ordinal))
        {
            throw Refuse("a string does not end on its line");
        }
        if (text.Length == 0 && _at < _code.Length && _code[_at] == quote)
        {
            throw Refuse("a string has triple quotes");
        }
        Add(ScriptWordKind.Text, text);
    }

    private void Symbol(char c)
    {
        var text =
            LongSymbols.FirstOrDefault(s => string.CompareOrdinal(_code, _at, s, 0, s.Length) == 0) ?? c.ToString();
        if (text.Length == 1 && !"()[]{}.,:=+-*/%<>&|^~@".Contains(c, StringComparison.Ordinal))
        {
            throw Refuse($"found the character '{c}'");
        }
        _at += text.Length;
        if (c is '(' or '[' or '{')
        {
            if (_open.Count == MostDepth)
            {
                throw Refuse($"brackets are nested more than {MostDepth} deep");
            }
            _open.Push(_words.Count);
            Add(ScriptWordKind.Symbol, text);
        }
        else if (c is ')' or ']' or '}')
        {
            if (
                !_open.TryPop(out var partner)
                || _words[partner].Text[0]
                    != (
                        c == ')' ? '('
                        : c == ']' ? '['
                        : '{'
                    )
            )
            {
                throw Refuse($"found '{c}' without its partner");
            }
            _words[partner] = _words[partner] with { Partner = _words.Count };
            _words.Add(new(ScriptWordKind.Symbol, text, partner));
        }
        else
        {
            Add(ScriptWordKind.Symbol, text);
        }
    }

    private string Run(Func<char, bool> belongs)
    {
        var start = _at;
        while (_at < _code.Length && belongs(_code[_at]))
        {
            _at++;
        }
        return _code[start.._at];
    }

    private void Add(ScriptWordKind kind, string text) => _words.Add(new(kind, text));

    private DataException Refuse(string what) => new($"{_file}, line {_line}: {what}, which libtorch does not write");
}
