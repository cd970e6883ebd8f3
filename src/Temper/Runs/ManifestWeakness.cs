namespace Temper.Runs;

/// <summary>A setting that makes a training, its validation or its evaluation weak, found before the first step.</summary>
/// <param name="Id">The rule, such as <c>steps-fall-short</c>.</param>
/// <param name="Refused">Whether training is refused for it unless <c>training.allow-weak</c> is set.</param>
/// <param name="Path">The field of the recipe.</param>
/// <param name="Text">What was found, and what it means.</param>
/// <param name="Cure">What to do.</param>
public sealed record ManifestWeakness(string Id, bool Refused, string Path, string Text, string Cure);
