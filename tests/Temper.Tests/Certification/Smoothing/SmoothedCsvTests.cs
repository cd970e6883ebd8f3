using Temper.Certification.Smoothing;
using Temper.Errors;
using Temper.Tests.Reports;

namespace Temper.Tests.Certification.Smoothing;

public sealed class SmoothedCsvTests
{
    private static readonly SmoothingSettings Settings = new() { Sigma = 0.25, N = 100 };

    private static readonly SmoothedRow[] Rows =
    [
        new(3, 7, new(7, 100, Settings)),
        new(4, 1, new(2, 90, Settings)),
        new(9, 1, new(1, 55, Settings)),
    ];

    [Fact]
    public void Comes_back_as_written()
    {
        using var folder = new Folder();
        var path = folder.File(SmoothedCsv.FileName);
        SmoothedCsv.Write(path, Rows);
        Assert.Equal(Rows, SmoothedCsv.Read(path));
    }

    [Theory]
    [InlineData("3,7,7,7,100", "3,7,7,7,99")]
    [InlineData("3,7,7,7,100", "3,7,7,7,101")]
    [InlineData("9,1,1,-1,55", "9,1,1,1,55")]
    [InlineData("0.001", "0.01")]
    [InlineData("4,1,2", "3,1,2")]
    public void What_does_not_follow_is_refused(string written, string changed)
    {
        using var folder = new Folder();
        var path = folder.File(SmoothedCsv.FileName);
        SmoothedCsv.Write(path, Rows);
        var text = File.ReadAllText(path);
        Assert.Contains(written, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(written, changed, StringComparison.Ordinal));
        Assert.Contains(
            "smoothed.csv:",
            Assert.Throws<DataException>(() => _ = SmoothedCsv.Read(path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_curve_counts_what_is_right_and_farther()
    {
        var curve = SmoothedCurve.Of(Rows, Settings, 0.33);
        Assert.Equal((0.0, 1, 3), (curve[0].Radius, curve[0].Certified, curve[0].N));
        Assert.Contains(curve, p => p.Radius is 0.33);
        // All of 100 prove a radius of 0.25 · Φ⁻¹(0.001^(1/100)), about 0.375.
        Assert.All(curve, p => Assert.Equal(p.Radius < Settings.LargestRadius ? 1 : 0, p.Certified));
        Assert.Equal(0, curve[^1].Certified);
    }
}
