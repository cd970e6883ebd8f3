using Temper.Data;
using Temper.Errors;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>Whether a report follows from the evidence beside it, and, with the model, whether the evidence is true of that model.</summary>
/// <remarks>
/// Without the model only consistency is shown: whoever writes all files anew writes them consistently. With it every broken example
/// is proved by its point. That the others stand cannot be proved, only tried again.
/// </remarks>
/// <param name="Folder">The run's folder.</param>
/// <param name="Checks">The checks, in the order they were made.</param>
public sealed record ClaimVerification(string Folder, IReadOnlyList<ClaimCheck> Checks)
{
    /// <summary>Gets whether no check failed.</summary>
    public bool IsVerified => Checks.All(c => c.Outcome != CheckOutcome.Failed);

    /// <summary>The folder that is meant by a folder, or by the <c>report.json</c> in it.</summary>
    /// <param name="path">Either.</param>
    /// <exception cref="DataException">It is neither.</exception>
    public static string FolderOf(string path) =>
        Directory.Exists(path) ? path
        : File.Exists(path) && Path.GetFileName(path) == RunFolder.ReportJson
            ? Path.GetDirectoryName(Path.GetFullPath(path))!
        : throw new DataException(
            $"{path}: expected the folder of a run, or the {RunFolder.ReportJson} in it, beside the evidence."
        );

    /// <summary>Holds the files of a folder against each other; needs no libtorch.</summary>
    /// <param name="folder">The run's folder.</param>
    public static ClaimVerification OfFiles(string folder) => new(folder, [.. new FolderVerification(folder).Run()]);

    /// <summary>Adds what only the model and the data can tell: hashes, clean predictions, every stored point.</summary>
    /// <param name="model">The model; borrowed.</param>
    /// <param name="set">The data.</param>
    /// <param name="mask">The mask of the threat model; null for none.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <returns>These checks after those made before.</returns>
    public ClaimVerification With(
        ModelFile model,
        ExampleSet set,
        ValueBudgets? mask,
        CancellationToken cancellation = default
    ) => this with { Checks = [.. Checks, .. new ModelVerification(Folder, model, set, mask).Run(cancellation)] };
}
