namespace Temper.Workflow;

/// <summary>One check of a report or of the evidence below it.</summary>
/// <param name="Name">What was checked, such as <c>report.json</c>.</param>
/// <param name="Outcome">What it came to.</param>
/// <param name="Count">How many things were checked: files, rows, points; 0 where nothing is counted.</param>
/// <param name="Message">One sentence: what was seen, or the first differences.</param>
public sealed record ClaimCheck(string Name, CheckOutcome Outcome, int Count, string Message);
