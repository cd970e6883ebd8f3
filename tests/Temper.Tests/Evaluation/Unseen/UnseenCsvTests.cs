using Temper.Errors;
using Temper.Evaluation.Unseen;
using Temper.Tests.Reports;

namespace Temper.Tests.Evaluation.Unseen;

public sealed class UnseenCsvTests
{
    private static readonly UnseenRow[] Rows =
    [
        new("clean", "clean", "", 100, 90, 100, 0),
        new("norm", "l2", "2.1", 100, 50, 9000, 8900),
        new("spatial", "rotation", "±10°", 100, 80, 360, 0),
        new("patch", "square", "6×6", 0, 0, 0, 0, "needs gradients"),
        new("corruption", "fog", "1", 100, 91, 100, 0),
    ];

    [Fact]
    public void Round_trips()
    {
        using var folder = new Folder();
        UnseenCsv.Write(folder.File("unseen.csv"), Rows);
        Assert.Equal(Rows, UnseenCsv.Read(folder.File("unseen.csv")));
        Assert.StartsWith(
            "family,name,setting,n,correct,forwards,gradients,leftOut\nclean,clean,,100,90,100,0,\nnorm,l2,2.1,100,50,9000,8900,\n",
            File.ReadAllText(folder.File("unseen.csv")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("clean,clean,,100,90", "norm,l1,4,100,90", "unseen.csv:2: found 'norm' with correct 90 of n 100 first")]
    [InlineData("clean,clean,,100,90", "clean,clean,,100,101", "unseen.csv:2: found 'clean' with correct 101")]
    [InlineData("norm,l2,2.1,100", "norm,l2,2.1,99", "unseen.csv:3: found correct 50 of n 99, expected n 100")]
    [InlineData("norm,l2,2.1,100,50", "norm,l2,2.1,100,91", "unseen.csv:3: correct: found 91, expected at most the 90")]
    [InlineData("norm,l2,2.1", "norm,l2,", "unseen.csv:3: setting: found an empty field")]
    [InlineData("norm,l2", "noise,l2", "unseen.csv:3: family: found 'noise'")]
    [InlineData("norm,l2", "clean,l2", "unseen.csv:3: family: found 'clean' again")]
    [InlineData("norm,l2,2.1,100,50,9000", "norm,l2,2.1,100,50,-1", "unseen.csv:3: forwards: found '-1'")]
    [InlineData("norm,l2,2.1", "spatial,rotation,±10°", "unseen.csv:4: found 'rotation' of size '±10°' again")]
    [InlineData("norm,l2", "patch,l2", "unseen.csv:4: family: found 'spatial' after 'patch'")]
    [InlineData("6×6,0,0", "6×6,100,0", "unseen.csv:5: leftOut: found 'needs gradients' beside counts")]
    [InlineData("fog,1,100,91", "fog,1,100,101", "unseen.csv:6: found correct 101 of n 100")]
    [InlineData(",leftOut", ",why", "unseen.csv:1")]
    public void Damage_is_named(string from, string to, string says)
    {
        using var folder = new Folder();
        UnseenCsv.Write(folder.File("unseen.csv"), Rows);
        var text = File.ReadAllText(folder.File("unseen.csv"));
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(folder.File("unseen.csv"), text.Replace(from, to, StringComparison.Ordinal));
        var error = Assert.Throws<DataException>(() => UnseenCsv.Read(folder.File("unseen.csv")));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_threats_or_cut_off_is_refused()
    {
        using var folder = new Folder();
        UnseenCsv.Write(folder.File("unseen.csv"), Rows[..1]);
        Assert.Contains(
            "found 1 rows",
            Assert.Throws<DataException>(() => UnseenCsv.Read(folder.File("unseen.csv"))).Message,
            StringComparison.Ordinal
        );
        File.WriteAllText(folder.File("unseen.csv"), File.ReadAllText(folder.File("unseen.csv")).TrimEnd());
        Assert.Contains(
            "cut off",
            Assert.Throws<DataException>(() => UnseenCsv.Read(folder.File("unseen.csv"))).Message,
            StringComparison.Ordinal
        );
    }
}
