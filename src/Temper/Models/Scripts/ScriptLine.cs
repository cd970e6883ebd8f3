namespace Temper.Models.Scripts;

/// <summary>A statement: the words up to a line end outside brackets.</summary>
/// <param name="Number">The 1-based line it begins on.</param>
/// <param name="Indent">The spaces before it.</param>
/// <param name="Words">Its words, at least one.</param>
internal sealed record ScriptLine(int Number, int Indent, ScriptWord[] Words)
{
    /// <summary>Whether the word at a place is this symbol or name.</summary>
    public bool Is(int at, string text) =>
        at >= 0 && at < Words.Length && Words[at].Kind != ScriptWordKind.Text && Words[at].Text == text;

    /// <summary>Whether the word at a place is a name.</summary>
    public bool IsName(int at) => at >= 0 && at < Words.Length && Words[at].Kind == ScriptWordKind.Name;
}
