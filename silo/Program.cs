using Commerce.Hosting;
using Commerce.Verification;

var builder = WebApplication.CreateBuilder(args);
if (VerifyJournal.IsAskedBy(args))
{
    return await VerifyJournal.RunAsync(builder.Configuration, builder.Environment);
}

builder.WebHost.UseStaticWebAssets();
await using var database = await CommerceDatabase.OpenOrExplainAsync(builder.Configuration, builder.Environment);
if (database is null)
{
    return 1;
}

var options = builder.AddShop(database);
await using var app = builder.Build();
app.MapShop(options).PrintAddressesWhenStarted(options, database);
await app.RunAsync();
return 0;
