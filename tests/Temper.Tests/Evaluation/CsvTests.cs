using CsCheck;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Tests.Reports;

namespace Temper.Tests.Evaluation;

public sealed class CsvTests
{
    private static readonly Gen<double?> Distance = Gen.OneOf(
        Gen.Const((double?)null),
        Gen.Double[0, 1e9].Select(d => (double?)d),
        Gen.Const((double?)5e-324),
        Gen.Const((double?)0.1f)
    );

    private static readonly Gen<LedgerRow> LedgerRows =
        from label in Gen.Int[0, 9]
        from kind in Gen.Int[0, 2]
        from prediction in Gen.Int[-1, 9]
        from distance in Gen.Double[0, 10]
        from cost in Gen.Long[0, long.MaxValue]
        select kind switch
        {
            0 => new LedgerRow(0, label, prediction, "clean", null, null, 1, 0),
            1 => new LedgerRow(0, label, label, "pgd-margin", prediction, distance, cost, cost),
            _ => new LedgerRow(0, label, label, null, null, null, cost, 0),
        };

    [Fact]
    public void Ledger_round_trips()
    {
        using var folder = new Folder();
        var path = folder.File("ledger.csv");
        LedgerRows
            .List[0, 30]
            .Sample(
                rows =>
                {
                    var numbered = rows.Select((r, i) => r with { Index = i * 7L }).ToList();
                    LedgerCsv.Write(path, numbered);
                    Assert.Equal(numbered, LedgerCsv.Read(path));
                },
                iter: 50,
                threads: 1
            );
    }

    [Fact]
    public void Attempts_round_trip()
    {
        using var folder = new Folder();
        var path = folder.File("attempts.csv");
        Gen.Select(Gen.Bool, Distance, Gen.Long[0, long.MaxValue])
            .List[0, 30]
            .Sample(
                rows =>
                {
                    var numbered = rows.Select(
                            (r, i) =>
                                new AttemptRow(
                                    i,
                                    "cascade",
                                    "pgd",
                                    i % 3,
                                    r.Item1 ? "broken" : "standing",
                                    r.Item2,
                                    r.Item3,
                                    r.Item3
                                )
                        )
                        .ToList();
                    AttemptsCsv.Write(path, numbered);
                    Assert.Equal(numbered, AttemptsCsv.Read(path));
                },
                iter: 50,
                threads: 1
            );
    }

    [Fact]
    public void Ledger_text_is_as_documented()
    {
        using var folder = new Folder();
        var path = folder.File("ledger.csv");
        LedgerCsv.Write(
            path,
            [
                new(0, 7, 7, "pgd", 9, 0.30000001192092896, 43, 41),
                new(1, 2, 3, "clean", null, null, 1, 0),
                new(2, 1, 1, null, null, null, 124, 81) { CleanConfidence = 0.75, AdversarialConfidence = 1 },
            ]
        );
        Assert.Equal(
            "index,label,clean_prediction,broken_by,adversarial_prediction,distance,forwards,gradients,clean_confidence,adversarial_confidence\n"
                + "0,7,7,pgd,9,0.30000001192092896,43,41,,\n1,2,3,clean,,,1,0,,\n2,1,1,,,,124,81,0.75,1\n",
            File.ReadAllText(path)
        );
        Assert.Equal(0.75, LedgerCsv.Read(path)[2].CleanConfidence);
    }

    [Fact]
    public void Ledgers_without_confidences_are_still_read()
    {
        using var folder = new Folder();
        var path = folder.File("ledger.csv");
        File.WriteAllText(
            path,
            "index,label,clean_prediction,broken_by,adversarial_prediction,distance,forwards,gradients\n0,7,7,pgd,9,0.25,43,41\n"
        );
        Assert.Equal([new LedgerRow(0, 7, 7, "pgd", 9, 0.25, 43, 41)], LedgerCsv.Read(path));
    }

    [Theory]
    [InlineData("0,7,7,,,,1,0,,", 2, "cut off")]
    [InlineData("0,7,7,,,1,0\n", 2, "7 fields")]
    [InlineData("0,7,7,,,,1,0,,\n0,7,7,,,,1,0,,\n", 3, "index 0 stands twice")]
    [InlineData("x,7,7,,,,1,0,,\n", 2, "index: found 'x'")]
    [InlineData("-1,7,7,,,,1,0,,\n", 2, "index")]
    [InlineData("0, 7,7,,,,1,0,,\n", 2, "label: found ' 7'")]
    [InlineData("0,7,-2,,,,1,0,,\n", 2, "clean_prediction")]
    [InlineData("0,7,8,,,,1,0,,\n", 2, "expected 'clean'")]
    [InlineData("0,7,8,pgd,8,0.1,1,0,,\n", 2, "expected 'clean'")]
    [InlineData("0,7,7,pgd,,0.1,1,0,,\n", 2, "needs both")]
    [InlineData("0,7,7,pgd,8,,1,0,,\n", 2, "needs both")]
    [InlineData("0,7,7,pgd,8,NaN,1,0,,\n", 2, "distance")]
    [InlineData("0,7,7,pgd,8,-0.1,1,0,,\n", 2, "distance")]
    [InlineData("0,7,7,pgd,8,1e999,1,0,,\n", 2, "distance")]
    [InlineData("0,7,7,,,,1.5,0,,\n", 2, "forwards")]
    [InlineData("0,7,7,,,,1,,,\n", 2, "gradients")]
    [InlineData("0,7,7,,,,1,0,,\r\n", 2, "adversarial_confidence")]
    [InlineData("0,7,7,,,,1,0,,\n\n0,7,7,,,,1,0,,\n", 3, "1 fields")]
    [InlineData("0,7,7,,,,1,0,1.5,\n", 2, "clean_confidence: found '1.5'")]
    [InlineData("0,7,7,,,,1,0,,x\n", 2, "adversarial_confidence")]
    public void Ledger_errors_name_file_and_line(string body, int line, string says)
    {
        using var folder = new Folder();
        var path = folder.File("ledger.csv");
        File.WriteAllText(path, LedgerCsv.Header + "\n" + body);
        var error = Assert.Throws<DataException>(() => LedgerCsv.Read(path));
        Assert.Contains($"ledger.csv:{line}:", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0,,pgd,0,broken,0.3,1,1\n", "phase")]
    [InlineData("0,cascade,,0,broken,0.3,1,1\n", "attack")]
    [InlineData("0,cascade,pgd,0,maybe,0.3,1,1\n", "expected broken or standing")]
    [InlineData("0,cascade,pgd,-1,broken,0.3,1,1\n", "restart")]
    [InlineData("0,cascade,pgd,0,broken,inf,1,1\n", "distance")]
    public void Attempt_errors_name_file_and_line(string body, string says)
    {
        using var folder = new Folder();
        var path = folder.File("attempts.csv");
        File.WriteAllText(path, AttemptsCsv.Header + "\n" + body);
        var error = Assert.Throws<DataException>(() => AttemptsCsv.Read(path));
        Assert.StartsWith("attempts.csv:2:", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        File.WriteAllText(path, AttemptsCsv.Header + "\n0,a,b,0,broken,1,1,1\n0,a,b,0,standing,1,1,1\n");
        Assert.Contains(
            "stands twice",
            Assert.Throws<DataException>(() => AttemptsCsv.Read(path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Missing_files_foreign_headers_and_bytes_that_are_no_text_are_refused()
    {
        using var folder = new Folder();
        var path = folder.File("ledger.csv");
        Assert.Contains(
            "not found",
            Assert.Throws<DataException>(() => LedgerCsv.Read(path)).Message,
            StringComparison.Ordinal
        );
        File.WriteAllText(path, "");
        Assert.Contains(
            "header",
            Assert.Throws<DataException>(() => LedgerCsv.Read(path)).Message,
            StringComparison.Ordinal
        );
        File.WriteAllText(path, "\uFEFF" + LedgerCsv.Header + "\n");
        Assert.Contains(
            "header",
            Assert.Throws<DataException>(() => LedgerCsv.Read(path)).Message,
            StringComparison.Ordinal
        );
        File.WriteAllBytes(path, [0xFF, 0xFE, 0x00]);
        Assert.Contains(
            "UTF-8",
            Assert.Throws<DataException>(() => LedgerCsv.Read(path)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("a\"b")]
    [InlineData("a\nb")]
    public void Names_that_would_break_the_table_are_refused_and_the_old_file_stays(string name)
    {
        using var folder = new Folder();
        var path = folder.File("attempts.csv");
        AttemptsCsv.Write(path, []);
        Assert.Throws<UsageException>(() => AttemptsCsv.Write(path, [new(0, "cascade", name, 0, "broken", 0, 1, 1)]));
        Assert.Equal(AttemptsCsv.Header + "\n", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Random_and_damaged_tables_raise_nothing_but_data_errors()
    {
        using var folder = new Folder();
        var path = folder.File("ledger.csv");
        LedgerCsv.Write(path, [new(0, 7, 7, "pgd", 9, 0.3, 43, 41), new(1, 2, 3, "clean", null, null, 1, 0)]);
        var valid = File.ReadAllBytes(path);
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte)
            .Sample(
                edit =>
                {
                    var bytes = valid.ToArray();
                    bytes[edit.Item1] = edit.Item2;
                    File.WriteAllBytes(path, bytes);
                    try
                    {
                        LedgerCsv.Read(path);
                    }
                    catch (DataException)
                    {
                        // Declared.
                    }
                },
                iter: 2_000,
                threads: 1
            );
    }
}
