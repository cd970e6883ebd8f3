namespace Temper.Tests.Cli;

/// <summary>What a run of the tool left.</summary>
internal sealed record ToolResult(int Code, string Output, string Error);
