using Temper.Errors;
using Temper.Evaluation;
using Temper.Tests.Reports;

namespace Temper.Tests.Evaluation;

public sealed class CurveCsvTests
{
    private static readonly CurveRow[] Rows =
    [
        new(0, 100, 98, CurveRow.Clean, 100, 0),
        new(0.075, 100, 95, "pgd", 4100, 4000),
        new(0.15, 100, 95, "pgd", 4000, 3800),
    ];

    [Fact]
    public void Round_trips()
    {
        using var folder = new Folder();
        CurveCsv.Write(folder.File("curve.csv"), Rows);
        Assert.Equal(Rows, CurveCsv.Read(folder.File("curve.csv")));
        Assert.Equal(
            "budget,n,robust,attack,forwards,gradients\n0,100,98,clean,100,0\n0.075,100,95,pgd,4100,4000\n0.15,100,95,pgd,4000,3800\n",
            File.ReadAllText(folder.File("curve.csv"))
        );
    }

    [Theory]
    [InlineData("0,100,98,clean", "0.01,100,98,clean", "curve.csv:2: found budget 0.01 of 'clean' first")]
    [InlineData("98,clean", "98,pgd", "curve.csv:2: found budget 0 of 'pgd' first")]
    [InlineData("0.075,100,95,pgd", "0.075,100,95,clean", "curve.csv:3: attack: found 'clean'")]
    [InlineData("0.15,", "0.075,", "curve.csv:4: budget: found 0.075 after 0.075")]
    [InlineData("0.15,", ",", "curve.csv:4: budget: found an empty field")]
    [InlineData("0.15,", "-1,", "curve.csv:4: budget: found '-1'")]
    [InlineData("0.15,100,95", "0.15,100,96", "curve.csv:4: found robust 96 of 100 after 95 of 100")]
    [InlineData("0.15,100", "0.15,99", "curve.csv:4: found robust 95 of 99")]
    [InlineData("0.15,100,95", "0.15,100,101", "curve.csv:4: found robust 101 of n 100")]
    [InlineData("0.15,100,95,pgd", "0.15,100,95,", "curve.csv:4: attack: found ''")]
    [InlineData("0.075,100,95,pgd,4100,4000\n0.15,100,95,pgd,4000,3800\n", "", "found 1 rows")]
    [InlineData("3800\n", "3800", "cut off")]
    [InlineData("budget,", "epsilon,", "curve.csv:1")]
    public void Damage_is_named(string from, string to, string says)
    {
        using var folder = new Folder();
        CurveCsv.Write(folder.File("curve.csv"), Rows);
        var text = File.ReadAllText(folder.File("curve.csv"));
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(folder.File("curve.csv"), text.Replace(from, to, StringComparison.Ordinal));
        var error = Assert.Throws<DataException>(() => CurveCsv.Read(folder.File("curve.csv")));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
