using Commerce.Bench;

IScenario[] scenarios =
[
    new HotSku(), new HotSkuHttp(), new Appends(), new HotCart(), new Purchase(), new Drops(), new Reading(), new Growth(),
    new Cluster(), new LiveCarts(), new Soak(), new Stampede(), new Micro(),
];
if (args is ["serve", .. var settings])
{
    return await Server.RunAsync(settings);
}

if (BenchOptions.Parse(args) is not { } options || scenarios.FirstOrDefault(known => known.Name == args[0]) is not { } scenario)
{
    Console.Error.WriteLine("dotnet run -c Release --project tests/bench -- <scenario> [--rounds 5] [--seconds 2] [--callers 64,1024] [--minutes 30] [--json <file>]");
    foreach (var known in scenarios)
    {
        Console.Error.WriteLine($"  {known.Name,-14} {known.Summary}");
    }

    return 2;
}

await using var lab = await Lab.OpenAsync(options);
var report = new Report(scenario.Name);
await scenario.RunAsync(lab, report);
report.Print();
if (options.Json is { } file)
{
    await File.WriteAllTextAsync(file, report.ToJson());
}

return report.IsReached ? 0 : 1;
