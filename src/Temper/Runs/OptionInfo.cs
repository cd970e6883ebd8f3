namespace Temper.Runs;

/// <summary>What a user may set about a component.</summary>
/// <param name="Key">The key in recipes and on the command line, kebab-case.</param>
/// <param name="Type">The type for people, such as <c>whole number</c> or <c>clean | uniform</c>.</param>
/// <param name="Default">The default as a recipe would write it; empty where there is none.</param>
/// <param name="Range">The numbers it may take, such as <c>from 1 to 100000</c>; empty where any will do.</param>
/// <param name="Summary">What it is, in one line.</param>
internal sealed record OptionInfo(string Key, string Type, string Default, string Range, string Summary);
