using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Commerce;

/// <summary>What clients were promised over HTTP changes only on purpose.</summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task The_API_is_as_it_was_described()
    {
        var file = Path.Combine(Golden.Folder("."), "openapi.json");
        await using var app = UnstartedApi.Build();
        var document = await app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1")
            .GetOpenApiDocumentAsync(TestContext.Current.CancellationToken);

        var actual = Golden.Pretty(JsonNode.Parse(
            await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, TestContext.Current.CancellationToken)));

        if (Golden.Accepts)
        {
            await File.WriteAllTextAsync(file, actual, TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(file), "There is no snapshot yet: run COMMERCE_ACCEPT=1 dotnet test, and review openapi.json.");
        var promised = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.True(
            promised == actual,
            $"""
            The API is not what openapi.json says. If clients can live with it: COMMERCE_ACCEPT=1 dotnet test, and review the difference.
            {Golden.Difference(promised, actual)}
            """);
    }
}
