namespace Temper.Reports;

/// <summary>A file that the report was made from or goes with.</summary>
/// <param name="Name">Its name, with the sub-folder where it lies in one.</param>
/// <param name="Purpose">What it is.</param>
/// <param name="Sha256">Its hash.</param>
internal sealed record ReportFile(string Name, string Purpose, string Sha256)
{
    /// <summary>Its address relative to the page.</summary>
    public string Address => string.Join('/', Name.Split('/').Select(Uri.EscapeDataString));
}
