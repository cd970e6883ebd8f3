using Microsoft.Playwright;

namespace Temper.Browser.Tests;

/// <summary>The system's Chromium, started once; nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where the browser lies; null where there is none.</summary>
    private static string? Program => Places.FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Program is not { } program)
        {
            return;
        }
        _playwright = await Playwright.CreateAsync();
        // Its own sandbox does not work for root.
        string[] args = Environment.UserName == "root" ? ["--no-sandbox"] : [];
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = args });
    }

    /// <summary>A page of a width and a colour scheme; the test is skipped, visibly, where there is no browser.</summary>
    public async Task<IPage> Open(int width, ColorScheme scheme)
    {
        Assert.SkipWhen(_browser is null, $"There is no Chromium here: none of {string.Join(", ", Places)}.");
        var page = await _browser!.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = width, Height = 900 },
                ColorScheme = scheme,
                DeviceScaleFactor = 1,
            }
        );
        page.SetDefaultTimeout(60_000);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
    }
}
