using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Temper.Browser.Tests;

/// <summary>Pages as a browser shows them, on a phone and on a desk, by day and by night, and on paper.</summary>
public sealed class PageTests(Chromium chromium, SampleRuns runs) : IClassFixture<Chromium>, IClassFixture<SampleRuns>
{
    private const int Phone = 390;
    private const int Desk = 1280;
    private const int Paper = 794;

    private static readonly string[] Pages =
    [
        "mnist/report.html",
        "mnist/twin/report.html",
        "colour/report.html",
        "table/report.html",
        "probed/report.html",
        "certified/report.html",
        "compare.html",
        "incomparable.html",
    ];

    public static TheoryData<string, int, ColorScheme> Views()
    {
        var views = new TheoryData<string, int, ColorScheme>();
        foreach (var page in Pages)
        {
            foreach (var width in (int[])[Phone, Desk])
            {
                views.Add(page, width, ColorScheme.Light);
                views.Add(page, width, ColorScheme.Dark);
            }
        }
        return views;
    }

    public static TheoryData<string> AllPages() => [.. Pages];

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Shows_all_without_fault(string name, int width, ColorScheme scheme)
    {
        var page = await chromium.Open(width, scheme);
        var faults = Watch(page);
        await page.GotoAsync(Address(name));
        await page.ScreenshotAsync(
            new() { Path = Kept($"{Plain(name)}-{width}-{scheme.ToString().ToLowerInvariant()}.png"), FullPage = true }
        );
        Assert.Equal([], faults);
        Assert.Equal(0, await Overflow(page));
        Assert.Equal(0, await page.EvaluateAsync<int>(MissingImages));
        Assert.Empty(await page.EvaluateAsync<string[]>(TextOverText));
        var axe = await page.RunAxe();
        Assert.Equal([], axe.Violations.SelectMany(v => v.Nodes.Select(n => $"{v.Id} ({v.Impact}): {n.Html}")));
        Assert.NotEmpty(axe.Passes);
        await page.CloseAsync();
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public async Task Prints(string name)
    {
        var page = await chromium.Open(Paper, ColorScheme.Dark);
        var faults = Watch(page);
        await page.GotoAsync(Address(name));
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await page.ScreenshotAsync(new() { Path = Kept($"{Plain(name)}-print.png"), FullPage = true });
        Assert.Equal(0, await Overflow(page));
        // Paper is white, whatever the screen prefers.
        Assert.Equal(
            "rgb(255, 255, 255)",
            await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor")
        );
        var pdf = await page.PdfAsync(
            new()
            {
                Path = Kept($"{Plain(name)}.pdf"),
                Format = "A4",
                PrintBackground = true,
            }
        );
        Assert.Equal("%PDF-"u8, pdf.AsSpan(0, 5));
        Assert.Equal([], faults);
        await page.CloseAsync();
    }

    [Fact]
    public async Task The_checks_see_faults()
    {
        var page = await chromium.Open(Phone, ColorScheme.Light);
        var faults = Watch(page);
        await page.GotoAsync(
            "data:text/html,<img src=\"data:image/png;base64,AAAA\"><div style=\"width:900px\">wide</div><svg class=chart><text y=20>one</text><text y=22>two</text></svg>"
        );
        await page.EvaluateAsync("console.error('seen')");
        Assert.True(await Overflow(page) > 0);
        Assert.Equal(1, await page.EvaluateAsync<int>(MissingImages));
        Assert.Equal("one | two", Assert.Single(await page.EvaluateAsync<string[]>(TextOverText)));
        Assert.NotEmpty((await page.RunAxe()).Violations);
        Assert.Contains(faults, f => f.Contains("seen", StringComparison.Ordinal));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Links_of_a_page_lead_to_files_that_are_there()
    {
        var page = await chromium.Open(Desk, ColorScheme.Light);
        foreach (var name in Pages)
        {
            await page.GotoAsync(Address(name));
            var links = await page.EvaluateAsync<string[]>("[...document.links].map(a => a.href)");
            Assert.NotEmpty(links);
            Assert.All(links, link => Assert.True(File.Exists(new Uri(link).LocalPath), $"{name}: {link}"));
        }
        await page.CloseAsync();
    }

    private const string MissingImages = "[...document.images].filter(i => !i.complete || i.naturalWidth === 0).length";

    /// <summary>Texts of one chart that lie over each other, the shown part of both.</summary>
    private const string TextOverText = """
        [...document.querySelectorAll('svg.chart')].flatMap(chart => {
          const texts = [...chart.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
          return texts.flatMap(([a, r], i) => texts.slice(i + 1)
            .filter(([, s]) => r.left < s.right && s.left < r.right && r.top + 3 < s.bottom - 3 && s.top + 3 < r.bottom - 3)
            .map(([b]) => `${a} | ${b}`));
        })
        """;

    /// <summary>How far the page reaches beyond its window, in pixels.</summary>
    private static Task<int> Overflow(IPage page) =>
        page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

    private static List<string> Watch(IPage page)
    {
        var faults = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                faults.Add(message.Text);
            }
        };
        page.PageError += (_, error) => faults.Add(error);
        page.RequestFailed += (_, request) => faults.Add($"{request.Url}: {request.Failure}");
        return faults;
    }

    private string Address(string name) => new Uri(Path.Combine(runs.Root, name)).AbsoluteUri;

    private static string Plain(string name) => name.Replace("/report", "").Replace(".html", "").Replace('/', '-');

    /// <summary>For a person to look at: screenshots stay beside the other products of the build.</summary>
    private static string Kept(string name) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName, name);
}
