namespace Temper.Evaluation.Analysers;

/// <summary>What an analyser suspects.</summary>
/// <param name="Finding">The finding, should chance not explain it; null for a test whose effect is too small to matter, or of the other sign.</param>
/// <param name="P">The p-value of the test behind it; null where no chance is part of it.</param>
internal sealed record Suspicion(Finding? Finding, double? P);
