using System.Globalization;
using System.Text;
using System.Text.Json;
using Temper.Serialization;
using Temper.Tests.Docs;

namespace Temper.Slow.Tests.Reference;

/// <summary>The ledger of what was measured, and the page made from it.</summary>
internal sealed class ReferencePage
{
    private static readonly string Folder = Repository.PathOf("docs/evidence/attacks");

    /// <summary>A line for each, so that a change shows which.</summary>
    private static readonly JsonSerializerOptions OneLine = new(JsonText.Options) { WriteIndented = false };

    private readonly List<Measured> _measured = File.Exists(LedgerPath)
        ? [.. File.ReadLines(LedgerPath).Select((line, i) => JsonText.Parse<Measured>(line, LedgerPath, i + 1))]
        : [];

    /// <summary>Gets where the page lies.</summary>
    public static string PagePath => Path.Combine(Folder, "README.md");

    private static string LedgerPath => Path.Combine(Folder, "ledger.jsonl");

    /// <summary>What was measured under a key; null for nothing.</summary>
    public Measured? Find(string key) => _measured.Find(m => m.Key == key);

    /// <summary>Keeps what was measured, and writes the ledger.</summary>
    public void Add(Measured measured)
    {
        Directory.CreateDirectory(Folder);
        _measured.Add(measured);
        var lines = _measured
            .OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => JsonSerializer.Serialize(m, OneLine) + "\n");
        AtomicFile.WriteText(LedgerPath, string.Concat(lines));
    }

    /// <summary>Each row with what it was compared with; null where its attack is not here or was not measured.</summary>
    public IEnumerable<(ReferenceRow Row, OurAttack Attack, Measured? Ours, Verdict? Verdict)> Compared(
        IReadOnlyList<ReferenceRow> rows
    ) =>
        rows.Select(row =>
        {
            var attack = OurAttack.For(row);
            var ours = Find(Measured.KeyOf(row, attack));
            return (row, attack, ours, ours is null ? null : Verdict.Of(row, ours, rows));
        });

    /// <summary>The page.</summary>
    public string Text(IReadOnlyList<ReferenceRow> rows)
    {
        var compared = Compared(rows).ToArray();
        var page = new StringBuilder(
            $"""
            # Attacks of other toolkits, and ours

            <!-- made from ledger.jsonl by ReferenceAttacksTests; TEMPER_UPDATE_DOCS=1 rewrites it -->

            {compared.Length} results of AutoAttack, torchattacks, Foolbox, advertorch, adv-lib and a published evaluator on published
            networks of others, and the attack of ours that does the same on the same images, one thread, seed 0: with the same steps, or,
            where theirs end early, with as many as their passes allow. The start of `pgd` in L1 was chosen by its result here. Of them
            {compared.Count(c => c.Verdict?.Missed.Count == 0)} are met, {compared.Count(c =>
                c.Verdict?.Missed.Count > 0
            )} missed and {compared.Count(c =>
                c.Verdict is null
            )} not compared. [ledger.jsonl](ledger.jsonl) holds every distance and every image left.

            Where the budget is fixed, *result* is the number of images that stay right, and met is what leaves at most 3 of 1,000 more (the
            same share of fewer, rounded up). Else it is the median distance of the images that were right, failures infinite, the budget
            the diameter of the box, and met is at most 1.02 times the best toolkit's median for the same network, images, norm and
            attack; fewer than 100 images are shown and not judged. For the two that walk along the boundary by labels, met is a 97.5 %
            upper limit of the ratio of medians of at most 1.10, by 10,000 paired resamples. Passes are forwards + gradients per
            image; ours count the clean pass and the one that scores the result. Their sum may be 3 more, or 2 % where the cost
            depends on which images still stand. Where a toolkit counts a Jacobian as one gradient, forwards alone are compared.


            """
        );
        page.AppendLine(
            "| network | images | threat | attack there | ours | result | there | passes | there | verdict |"
        );
        page.AppendLine("|---|---|---|---|---|---:|---:|---:|---:|---|");
        foreach (var (row, attack, ours, verdict) in compared)
        {
            string[] cells =
            [
                $"`{row.Model}`",
                row.Images,
                $"`{row.Threat ?? row.Norm}`",
                row.Attack,
                $"`{attack.Text}`",
                verdict?.Ours ?? "",
                row.Robust is { } robust ? $"{robust}" : Verdict.Number(Statistics.Median(row.Distances)),
                ours is null ? "" : Passes(ours.Forwards, ours.Gradients),
                Passes(row.Forwards, row.Gradients),
                Words(attack, verdict),
            ];
            page.AppendLine($"| {string.Join(" | ", cells)} |");
        }
        return page.ToString();
    }

    private static string Passes(double forwards, double gradients) =>
        string.Create(CultureInfo.InvariantCulture, $"{forwards:0.#} + {gradients:0.#}");

    private static string Words(OurAttack attack, Verdict? verdict)
    {
        if (verdict is null)
        {
            return attack.IsHere ? "not measured" : "not here";
        }
        var word = verdict.Missed.Count == 0 ? "met" : $"**missed: {string.Join(", ", verdict.Missed)}**";
        return verdict.Note.Length == 0 ? word : $"{word}; {verdict.Note}";
    }
}
