namespace Commerce.Bench;

/// <summary>The shop in a process of its own: <c>serve</c>. It ends when its standard input does.</summary>
internal static class Server
{
    public static async Task<int> RunAsync(string[] settings)
    {
        await using var shop = await HostedShop.StartAsync(settings);
        Console.WriteLine($"ready {shop.App.Urls.First()}");
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
