using System.Collections.Concurrent;
using Commerce.Processes;
using Microsoft.Playwright;

namespace Commerce.Browser;

/// <summary>Tests that look at pages share a browser and a shop, one after the other.</summary>
[CollectionDefinition(nameof(Looking))]
public sealed class Looking : ICollectionFixture<ShopBrowser>;

/// <summary>What journeys in the browser have in common: nothing to do where there is none.</summary>
[Collection(nameof(Looking))]
public abstract class BrowserJourneys
{
    private protected BrowserJourneys(ShopBrowser browser)
    {
        Assert.SkipWhen(ShopBrowser.Missing is not null, ShopBrowser.Missing ?? "");
        Browser = browser;
    }

    private protected ShopBrowser Browser { get; }

    private protected RunningShop Shop => Browser.Shop;
}

/// <summary>
/// Chromium and a shop to look at with it. Pages are as wide as a phone unless a test says otherwise; whatever a page complains
/// of, as of a script it was kept from running, fails them all at the end, and is named.
/// </summary>
public sealed class ShopBrowser : IAsyncLifetime
{
    private const string Shell = "/usr/bin/chromium-headless-shell";

    // The shell is the same browser without windows, which takes a quarter less of the processor.
    private static readonly string Chromium = Environment.GetEnvironmentVariable("CHROMIUM")
        ?? (File.Exists(Shell) ? Shell : "/usr/bin/chromium");
    private readonly ConcurrentQueue<string> _complaints = new();
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    /// <summary>What a machine lacks on which no page can be looked at; null: nothing.</summary>
    public static string? Missing { get; } =
        !File.Exists(Chromium) ? $"There is no browser at {Chromium}: apt-get install chromium, or set CHROMIUM."
        : !File.Exists(Path.Combine(Repository.Root, "api", "wwwroot", "storefront", "index.html")) ? "The pages were built without Node."
        : null;

    /// <summary>What a shop is told so that people can sign in on its pages.</summary>
    public static IReadOnlyList<(string Key, string Value)> SignInClients { get; } =
    [
        ("SignIn__Clients__0__Id", "storefront"), ("SignIn__Clients__0__RedirectUris__0", "http://localhost:{port}/signed-in"),
        ("SignIn__Clients__1__Id", "console"), ("SignIn__Clients__1__RedirectUris__0", "http://localhost:{port}/admin/signed-in"),
    ];

    /// <summary>A shop of its own, with its pages.</summary>
    public RunningShop Shop { get; } = new() { Settings = SignInClients };

    /// <summary>Where pictures of the pages go.</summary>
    public static string Pictures { get; } = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "pages")).FullName;

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        // As patient as the other tests, since the machine does much else meanwhile.
        Assertions.SetDefaultExpectTimeout(30_000);
        await Shop.InitializeAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        await _browser.DisposeAsync();
        _playwright.Dispose();
        await Shop.DisposeAsync();
        Assert.True(_complaints.IsEmpty, string.Join('\n', _complaints));
    }

    /// <summary>Somebody with a browser of his own: what he has in it, nobody else has.</summary>
    /// <param name="at">The shop he visits; null: the one that all tests share.</param>
    public async Task<IBrowserContext> SomebodyAsync(int width = 390, string language = "en-GB", RunningShop? at = null, bool isDark = false)
    {
        var context = await _browser.NewContextAsync(new()
        {
            // Passkeys belong to a name, which an address is not.
            BaseURL = $"http://localhost:{(at ?? Shop).Address.Port}",
            ViewportSize = new() { Width = width, Height = 844 },
            Locale = language,
            ReducedMotion = ReducedMotion.Reduce,
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
        });
        context.SetDefaultTimeout(30_000);
        context.Console += (_, said) =>
        {
            // What was refused is said by the page; the browser says so as well.
            if (said.Type == "error" && !said.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _complaints.Enqueue($"{said.Page?.Url}: {said.Text}");
            }
        };

        // What cannot be taken back asks first; whoever presses it here means it.
        context.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        context.WebError += (_, thrown) => _complaints.Enqueue($"{thrown.Page?.Url}: {thrown.Error}");
        return context;
    }
}
