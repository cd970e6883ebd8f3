namespace Temper.Reports;

/// <summary>One run of a comparison.</summary>
/// <param name="Name">What the comparison calls it: its folder's name, or the path as given where two names are equal.</param>
/// <param name="Folder">The folder as given.</param>
/// <param name="Report">What its evidence says.</param>
/// <param name="LedgerSha256">The hash of its ledger.</param>
public sealed record ComparedRun(string Name, string Folder, Report Report, string LedgerSha256);
