namespace Temper.Models.Scripts;

/// <summary>A word of a script's code.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">Its text.</param>
/// <param name="Partner">For a bracket the place of its partner in the statement, else −1.</param>
internal readonly record struct ScriptWord(ScriptWordKind Kind, string Text, int Partner = -1);
