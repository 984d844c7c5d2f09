namespace Commerce.Identity.Accounts;

/// <summary>
/// What somebody sits at, as he would call it himself: enough to know it again in a list of his sign-ins, and no more, since
/// it is kept.
/// </summary>
/// <param name="Browser">Null: none that many use.</param>
/// <param name="System">Null: none that many use.</param>
internal sealed record Device(string? Browser, string? System)
{
    // Those that say of themselves that they are others as well come before these.
    private static readonly (string Says, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Says, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
        ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    /// <summary>What its <c>User-Agent</c> says of it.</summary>
    public static Device Of(string agent) => new(Named(Browsers, agent), Named(Systems, agent));

    private static string? Named((string Says, string Name)[] known, string agent) =>
        known.FirstOrDefault(each => agent.Contains(each.Says, StringComparison.Ordinal)).Name;
}
