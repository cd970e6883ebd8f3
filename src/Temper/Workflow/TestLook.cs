using Temper.Runs;

namespace Temper.Workflow;

/// <summary>One look at test data: a line of <c>test-looks.jsonl</c>.</summary>
/// <param name="Started">When the run began; with the model's hash it tells looks apart, so a resumed evaluation is the same look.</param>
/// <param name="Command">What looked: <c>train</c>, <c>evaluate</c>, <c>attack</c> or <c>certify</c>.</param>
/// <param name="Model">The SHA-256 of the model's file.</param>
/// <param name="Data">The data set's name.</param>
/// <param name="Split">The split.</param>
/// <param name="DataSha256">The SHA-256 of the split.</param>
/// <param name="Selection">How examples were chosen.</param>
/// <param name="N">The examples.</param>
/// <param name="Threat">The threat model.</param>
/// <param name="Attacks">The attacks by their names in the run.</param>
/// <param name="Config">A hash of everything that decides the outcome.</param>
internal sealed record TestLook(
    DateTimeOffset Started,
    string Command,
    string Model,
    string Data,
    string Split,
    string DataSha256,
    string Selection,
    int N,
    string Threat,
    IReadOnlyList<string> Attacks,
    string Config
)
{
    /// <summary>Gets the protocol followed; null for none.</summary>
    public string? Protocol { get; init; }

    /// <summary>The look of a run.</summary>
    /// <param name="manifest">Its manifest, as it stands when the run begins.</param>
    /// <param name="config">A hash of everything that decides the outcome.</param>
    public static TestLook Of(RunManifest manifest, string config) =>
        new(
            manifest.Started.ToUniversalTime(),
            manifest.Kind,
            manifest.Model.Sha256,
            manifest.Data.Name,
            manifest.Data.Split,
            manifest.Data.Sha256,
            manifest.Data.Selection,
            manifest.Data.N,
            manifest.Threat.Text,
            [.. manifest.Attacks.Select(a => a.Name)],
            config
        )
        {
            Protocol = manifest.Protocol,
        };
}
