namespace Temper.Reports;

/// <summary>A file of the report's folder.</summary>
internal sealed record ReportFile(string Name, string Purpose, string Sha256);
