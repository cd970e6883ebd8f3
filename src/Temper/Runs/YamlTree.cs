using System.Text;
using Temper.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Temper.Runs;

/// <summary>
/// Reads the plain part of YAML: one document of mappings, lists and scalars. Anchors, aliases, tags, merge keys,
/// directives and repeated keys are refused, so that a text means what it shows.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>The largest text, in bytes of UTF-8.</summary>
    public const int LargestText = 1 << 20;

    private const int DeepestLevel = 32;
    private readonly string? _file;
    private readonly string? _root;
    private readonly Scanner _scanner;
    private readonly Parser _parser;

    private YamlTree(string? file, string? root, string text)
    {
        (_file, _root) = (file, root);
        _scanner = new(new StringReader(text), skipComments: true);
        _parser = new(_scanner);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="file">The name that errors and nodes carry, or null.</param>
    /// <param name="path">The path of the root, or null.</param>
    /// <exception cref="ConfigException">The text is too large, is not YAML, or uses what is refused.</exception>
    public static ConfigNode Read(string text, string? file, string? path = null)
    {
        CheckCharacters(text, file, path);
        try
        {
            return new YamlTree(file, path, text).Document();
        }
        catch (YamlException exception)
        {
            throw new ConfigException(
                file,
                LineOf(exception.Start),
                path,
                $"not valid YAML: {Excerpt.Clean(exception.Message)}",
                exception
            );
        }
    }

    private static void CheckCharacters(string text, string? file, string? path)
    {
        if (Encoding.UTF8.GetByteCount(text) > LargestText)
        {
            throw new ConfigException(file, null, path, "found more than 1 MB, expected a recipe of at most 1 MB");
        }
        var line = 1;
        foreach (var rune in text.EnumerateRunes())
        {
            line += rune.Value == '\n' ? 1 : 0;
            if (Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t' or 0x85))
            {
                throw new ConfigException(file, line, path, $"found the control character U+{rune.Value:X4}");
            }
        }
    }

    private ConfigNode Document()
    {
        Next<StreamStart>();
        if (_parser.Current is StreamEnd)
        {
            return ConfigNode.Scalar("", false, _file, 1, _root);
        }
        var start = Next<DocumentStart>();
        if (!start.IsImplicit && (start.Version is not null || start.Tags?.Count > 0))
        {
            throw Error(start, _root, "found a directive, expected a recipe without directives");
        }
        var root = Node(_root, 0);
        Next<DocumentEnd>();
        return _parser.Current is StreamEnd
            ? root
            : throw Error(_parser.Current, _root, "found a second document, expected one document");
    }

    private ConfigNode Node(string? path, int depth)
    {
        var current = _parser.Current;
        if (depth > DeepestLevel)
        {
            throw Error(current, path, $"nested deeper than {DeepestLevel} levels");
        }
        if (current is AnchorAlias)
        {
            throw Error(current, path, "found an alias (*), expected the value written out");
        }
        if (current is NodeEvent { Anchor.IsEmpty: false })
        {
            throw Error(current, path, "found an anchor (&), expected the value without one");
        }
        if (current is NodeEvent { Tag.IsEmpty: false })
        {
            throw Error(current, path, "found a tag (!), expected the value without one");
        }
        return current switch
        {
            Scalar => ScalarNode(path),
            SequenceStart => SequenceNode(path, depth),
            MappingStart => MappingNode(path, depth),
            _ => throw Error(current, path, "not valid YAML: expected a value here"),
        };
    }

    private ConfigNode ScalarNode(string? path)
    {
        var scalar = Next<Scalar>();
        foreach (var rune in scalar.Value.EnumerateRunes())
        {
            // Escapes such as "\e" or "\uD800" reach values although the text itself has been checked.
            if ((Rune.IsControl(rune) && rune.Value is not ('\n' or '\t')) || rune == Rune.ReplacementChar)
            {
                throw Error(scalar, path, $"found the character U+{rune.Value:X4} in a value");
            }
        }
        return ConfigNode.Scalar(
            scalar.Value,
            scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any),
            _file,
            LineOf(scalar.Start),
            path
        );
    }

    private ConfigNode SequenceNode(string? path, int depth)
    {
        var start = Next<SequenceStart>();
        List<ConfigNode> items = [];
        while (_parser.Current is not SequenceEnd)
        {
            items.Add(Node($"{path}[{items.Count}]", depth + 1));
        }
        Next<SequenceEnd>();
        return ConfigNode.Sequence(items, _file, LineOf(start.Start), path);
    }

    private ConfigNode MappingNode(string? path, int depth)
    {
        var start = Next<MappingStart>();
        List<ConfigEntry> entries = [];
        Dictionary<string, int?> lines = new(StringComparer.Ordinal);
        while (_parser.Current is not MappingEnd)
        {
            var at = _parser.Current;
            var key = Node(path, depth + 1);
            if (key.Kind != ConfigKind.Scalar || key.IsNull)
            {
                throw Error(
                    at,
                    path,
                    $"found {(key.IsNull ? "nothing" : "a mapping or list")} as a key, expected a name"
                );
            }
            if (key is { Value: "<<", IsText: false })
            {
                throw Error(at, path, "found a merge key (<<), expected the keys written out");
            }
            if (!lines.TryAdd(key.Value, key.Line))
            {
                var first = lines[key.Value];
                throw Error(at, path, $"the key '{Excerpt.Clean(key.Value)}' stands twice, first in line {first}");
            }
            var name = Excerpt.Clean(key.Value);
            entries.Add(new(key.Value, key.Line, Node(path is null ? name : $"{path}.{name}", depth + 1)));
        }
        Next<MappingEnd>();
        return ConfigNode.Mapping(entries, _file, LineOf(start.Start), path);
    }

    private T Next<T>()
        where T : ParsingEvent
    {
        if (_parser.Current is null)
        {
            Advance();
        }
        var current =
            _parser.Current as T ?? throw Error(_parser.Current, _root, "not valid YAML: the text ends too early");
        Advance();
        return current;
    }

    private void Advance()
    {
        try
        {
            _parser.MoveNext();
        }
        catch (Exception exception)
            when (exception
                    is InvalidOperationException
                        or ArgumentException
                        or FormatException
                        or ArithmeticException
                        or IndexOutOfRangeException
            )
        {
            // The parser meets some broken texts, such as a bracket that is never closed, with exceptions of the runtime.
            var line = LineOf(_scanner.CurrentPosition);
            throw new ConfigException(
                _file,
                line,
                _root,
                "not valid YAML here or a line before: a bracket, brace or quote may not be closed",
                exception
            );
        }
    }

    private ConfigException Error(ParsingEvent? at, string? path, string message) =>
        new(_file, at is null ? null : LineOf(at.Start), path, message);

    private static int LineOf(Mark mark) => (int)Math.Clamp(mark.Line, 1, int.MaxValue);
}
