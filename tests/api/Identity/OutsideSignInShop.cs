using Commerce.Processes;
using Commerce.Verification;

namespace Commerce.Identity;

/// <summary>Tests with sign-in somewhere else share a shop, one after the other.</summary>
[CollectionDefinition(nameof(SignedInOutside))]
public sealed class SignedInOutside : ICollectionFixture<OutsideSignInShop>;

/// <summary>A shop that believes an outside authority who somebody is.</summary>
public sealed class OutsideSignInShop : IAsyncLifetime
{
    private ShopProcess _silo = null!;

    /// <summary>The installation's own files.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("commerce-outside-").FullName;

    public HttpClient Http { get; private set; } = null!;

    internal ForeignAuthority Authority { get; private set; } = null!;

    internal TestDatabase Database { get; private set; } = null!;

    internal Door Nobody => new(Http, null);

    internal Door Operator => new(Http, new("Bearer", ShopProcess.OperatorKey));

    /// <summary>All that the shop printed.</summary>
    public string Log => _silo.Log;

    internal Door Customer(string subject) => new(Http, new("Bearer", Authority.Token(subject)));

    public async ValueTask InitializeAsync()
    {
        Authority = await ForeignAuthority.StartAsync();
        Database = await TestDatabase.CreateAsync();
        _silo = await ShopProcess.SiloAsync(
            Folder, Database.ConnectionString,
            ("SignIn__Authority", Authority.Address.ToString()), ("SignIn__RoleClaim", "groups"), ("Live__SignedInFor", "00:00:05"));
        Http = new() { BaseAddress = _silo.Address };
        await Eventually.TrueAsync(async () =>
            (await Operator.GetAsync("/v1/admin/shipping-zones")).Body!["data"]!.AsArray().Count > 0);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _silo.DisposeAsync();
        var report = await JournalVerifier.RunAsync(Database.Source);
        await Database.DisposeAsync();
        await Authority.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        Assert.True(report.First is null && report.NotUnderstood.Count == 0, report.ToString());
    }
}
