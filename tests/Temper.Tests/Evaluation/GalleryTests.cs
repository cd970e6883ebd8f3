using Temper.Errors;
using Temper.Evaluation;
using Temper.Tests.Reports;

namespace Temper.Tests.Evaluation;

public sealed class GalleryTests
{
    private static readonly GalleryItem Item = new(
        3,
        1,
        1,
        7,
        "pgd",
        0.25,
        [0, 0.1f, 1, 0.5f],
        [0.25f, 0.35f, 1, 0.25f]
    );

    [Fact]
    public void Round_trips_bit_for_bit()
    {
        using var folder = new Folder();
        var path = folder.File("gallery.json");
        new Gallery(1, 2, 2, [Item]).Write(path);
        var back = Gallery.Read(path);
        Assert.Equal((1, 2, 2), (back.Channels, back.Height, back.Width));
        var item = Assert.Single(back.Items);
        Assert.Equal(Item.Clean, item.Clean);
        Assert.Equal(Item.Adversarial, item.Adversarial);
        Assert.Equal(Item with { Clean = item.Clean, Adversarial = item.Adversarial }, item);
        // 0, 0.1, 1, 0.5 as little-endian float32.
        Assert.Contains("\"clean\": \"AAAAAM3MzD0AAIA/AAAAPw==\"", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"AAAAAM3MzD0AAIA/AAAAPw==\"", "\"AAAAAM3MzD0AAIA/\"", "found 3 values, expected 4")]
    [InlineData("\"AAAAAM3MzD0AAIA/AAAAPw==\"", "\"AAAA\"", "3 bytes")]
    [InlineData("\"AAAAAM3MzD0AAIA/AAAAPw==\"", "\"%\"", "base64")]
    [InlineData("\"AAAAAM3MzD0AAIA/AAAAPw==\"", "\"AADAfwAAwH8AAMB/AADAfw==\"", "not finite")]
    [InlineData("\"channels\": 1", "\"channels\": 0", "0×2×2")]
    [InlineData("\"height\": 2", "\"height\": 2000000000", "sides up to")]
    [InlineData("\"attack\": \"pgd\",", "", "attack")]
    [InlineData("\"attack\": \"pgd\"", "\"attack\": null", "attack")]
    [InlineData("\"index\": 3", "\"index\": 3, \"extra\": 1", "extra")]
    [InlineData("\"items\"", "{", "gallery.json:5")]
    public void Damage_is_named(string from, string to, string says)
    {
        using var folder = new Folder();
        var path = folder.File("gallery.json");
        new Gallery(1, 2, 2, [Item]).Write(path);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
        var error = Assert.Throws<DataException>(() => Gallery.Read(path));
        Assert.Contains("gallery.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
