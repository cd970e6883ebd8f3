namespace Temper.Models.Scripts;

/// <summary>The kinds of words in the code of a script.</summary>
internal enum ScriptWordKind
{
    /// <summary>A name or keyword.</summary>
    Name,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A string; the text is what stands between the quotes.</summary>
    Text,

    /// <summary>Punctuation.</summary>
    Symbol,
}
