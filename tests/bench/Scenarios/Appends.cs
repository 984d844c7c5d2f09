using Commerce.Catalog;

namespace Commerce.Bench;

/// <summary>
/// Durable changes spread over many grains: 10,000 names that are claimed and released, the smallest change that the
/// journal knows. Beside it the stock Orleans provider over the same PostgreSQL: as many grains, as many callers, a state
/// as large.
/// </summary>
internal sealed class Appends : IScenario
{
    private const int Grains = 10_000;

    // An owner and a time.
    private const int StateBytes = 90;

    public string Name => "appends";

    public string Summary => "changes of 10,000 grains through the journal, against WriteStateAsync";

    public async Task RunAsync(Lab lab, Report report)
    {
        await using var shop = await HostedShop.StartAsync(lab.Settings());
        var documents = Documents.Of(shop.Grains, Grains, StateBytes);
        var names = Enumerable.Range(0, Grains).Select(number => shop.Grains.GetHandleName($"bench-{number}")).ToArray();
        var (owner, isTaken) = (EntityId.Derive<ProductId>("bench"), new bool[Grains]);
        foreach (var callers in lab.Options.Callers ?? [64, 1024])
        {
            // Each caller has names of his own, so that every call changes something.
            async Task ChangeAsync(int caller, long number)
            {
                var name = caller + (callers * Random.Shared.Next((Grains - caller + callers - 1) / callers));
                isTaken[name] = !isTaken[name];
                if (isTaken[name])
                {
                    _ = (await names[name].Claim(owner)).Required;
                }
                else
                {
                    await names[name].Release(owner);
                }
            }

            var written = report.Add(await lab.RoundsAsync($"WriteStateAsync, {callers} callers", callers, documents.WriteAsync));
            var appended = await lab.RoundsAsync($"appends, {callers} callers", callers, ChangeAsync);
            report.Add(await lab.WithLatencyAsync(appended, callers, ChangeAsync));
            report.Require($"appends ÷ WriteStateAsync, {callers} callers", appended.Median / written.Median, callers > 64 ? 8 : 4);
        }

        await lab.VerifyAsync(report);
    }
}
