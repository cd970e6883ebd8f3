namespace Temper.Evaluation;

/// <summary>A typed doubt about the evidence.</summary>
/// <param name="Id">The finding's id, such as <c>TMP111</c>.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Message">What was seen, in one or two sentences.</param>
/// <param name="WhatToDo">What would settle the doubt.</param>
public sealed record Finding(string Id, Severity Severity, string Message, string WhatToDo);
