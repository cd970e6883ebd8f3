using System.Text;
using Temper.Data;
using Temper.Data.Readers;
using Temper.Errors;
using Temper.Tests.Kit;
using Temper.Tests.Reports;

namespace Temper.Tests.Data;

public sealed class TableReaderTests
{
    private const int FuzzInputs = 100_000;

    [Fact]
    public void Numbers_span_the_unit_interval_and_levels_are_flags()
    {
        using var folder = new Folder();
        File.WriteAllText(
            folder.File("train.csv"),
            "age,colour,code,label\n20,red,1,no\n40,\"blue, dark\",2,yes\n30,red,1,no\n"
        );
        // Columns in another order, an age beyond training, a colour that training lacks.
        File.WriteAllText(folder.File("test.csv"), "label,colour,code,age\nyes,green,2,50\n");
        var request = new DataRequest("csv") { Categorical = ["code"] };
        var train = TableReader.Read(folder.Path, "train", request);
        var test = TableReader.Read(folder.Path, "test", request);
        Assert.Equal(["age", "colour=blue, dark", "colour=red", "code=1", "code=2"], train.Columns);
        Assert.Equal(["no", "yes"], train.Card.ClassNames);
        Assert.Equal([0, 1, 0], train.Labels);
        Assert.Equal([0f, 0, 1, 1, 0], Row(train, 0));
        Assert.Equal([1f, 1, 0, 0, 1], Row(train, 1));
        Assert.Equal([0.5f, 0, 1, 1, 0], Row(train, 2));
        Assert.Equal([1f, 0, 0, 0, 1], Row(test, 0));
        Assert.Equal([1], test.Labels);
        Assert.Equal(
            (4, "rows", 1, 1, 5),
            (train.Card.OneHot, train.Card.Noun, train.Channels, train.Height, train.Width)
        );
    }

    [Fact]
    public void One_file_is_split_by_content_so_equal_rows_stay_together_and_new_rows_move_none()
    {
        string[] lines = [.. Enumerable.Range(0, 500).Select(i => $"{i},{i % 7},{i % 3}")];
        var (train, test) = Counts(lines);
        Assert.Equal(500, train + test);
        Assert.InRange(test, 60, 140);
        Assert.Equal((2 * train, 2 * test), Counts([.. lines, .. lines.Reverse()]));
        var (more, moreTest) = Counts(["0,0,1", .. lines, "3,6,1"]);
        Assert.InRange(more - train, 0, 2);
        Assert.Equal(502, more + moreTest);

        static (int Train, int Test) Counts(string[] lines)
        {
            var bytes = Encoding.UTF8.GetBytes("a,b,label\n" + string.Join('\n', lines) + "\n");
            var train = TableReader.Read(bytes, "x.csv", "train", new("csv"));
            var test = TableReader.Read(bytes, "x.csv", "test", new("csv"));
            return (train.Count, test.Count);
        }
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,4\n", "no column 'label'")]
    [InlineData("a,a,label\n1,2,x\n", "'a' stands twice")]
    [InlineData("a,label\n1,x\n,y\n", "row 2: no value in the column 'a'")]
    [InlineData("a,label\n1,x\n2\n", "row 2: found 1 fields, expected 2")]
    [InlineData("label\nx\n", "1 columns")]
    [InlineData("", "")]
    [InlineData("a,label\n", "no row")]
    [InlineData("a,label\n\"1,x\n", "")]
    public void What_is_wrong_is_told(string text, string part)
    {
        var e = Assert.Throws<DataException>(() =>
            TableReader.Read(Encoding.UTF8.GetBytes(text), "x.csv", "train", new("csv") { TestFraction = 0.01 })
        );
        Assert.StartsWith("x.csv", e.Message, StringComparison.Ordinal);
        Assert.Contains(part, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Test_rows_must_be_of_the_form_of_training_rows()
    {
        using var folder = new Folder();
        File.WriteAllText(folder.File("train.csv"), "a,label\n1,x\n2,y\n");
        Refuses("a,label\nred,x\n", "'red' in the column 'a' is not a number");
        Refuses("a,label\n1,z\n", "the label 'z' stands in no training row");
        Refuses("b,label\n1,x\n", "no column 'a'");

        void Refuses(string text, string part)
        {
            File.WriteAllText(folder.File("test.csv"), text);
            var e = Assert.Throws<DataException>(() => TableReader.Read(folder.Path, "test", new("csv")));
            Assert.StartsWith(folder.File("test.csv"), e.Message, StringComparison.Ordinal);
            Assert.Contains(part, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Fuzzed_files_are_refused_or_read()
    {
        byte[][] valid =
        [
            [.. "a,b,label\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n9,1,x\n"u8],
            [.. "a;b;label\r\n1,5;\"r;\"\"q\";0\r\n2;s;1\r\n2;t;1\r\n8;t;1\r\n"u8],
        ];
        var (taken, most) = Fuzz.Run(
            13,
            FuzzInputs,
            valid,
            [
                [.. "label"u8],
                [.. "\""u8],
                [.. "\r\n"u8],
                [.. "1e308"u8],
                [0xEF, 0xBB, 0xBF],
            ],
            input => Assert.NotEmpty(TableReader.Read(input, "fuzz", "train", new("csv")).Labels)
        );
        Assert.InRange(taken, 1, FuzzInputs * 9 / 10);
        Assert.InRange(most, 1, 64 << 20);
    }

    private static float[] Row(TableSet set, int row)
    {
        var values = new float[set.ValuesPerExample];
        set.Copy(row, values);
        return values;
    }
}
