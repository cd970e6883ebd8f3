namespace Temper.Reports;

/// <summary>The result of a naturally trained twin of the model, to hold ours against.</summary>
/// <param name="Folder">The sub-folder with its evaluation.</param>
/// <param name="Threat">Its threat model's text form.</param>
/// <param name="N">The number of examples.</param>
/// <param name="CleanCorrect">The number classified correctly without an attack.</param>
/// <param name="Standing">The number that no attack broke.</param>
public sealed record TwinResult(string Folder, string Threat, int N, int CleanCorrect, int Standing);
