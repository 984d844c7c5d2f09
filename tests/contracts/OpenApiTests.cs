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

    [Fact]
    public void Every_list_says_what_it_holds_and_nothing_else_does()
    {
        var document = JsonNode.Parse(File.ReadAllText(Path.Combine(Golden.Folder("."), "openapi.json")))!;

        Assert.Empty(Schemas(document).Where(schema =>
            (schema["type"] is JsonArray types ? types.Any(type => (string?)type == "array") : (string?)schema["type"] == "array") != schema["items"] is not null)
            .Select(schema => schema.GetPath()));
    }

    /// <summary>Whatever has the type of a value.</summary>
    private static IEnumerable<JsonObject> Schemas(JsonNode? node) => node switch
    {
        JsonObject all => all.SelectMany(member => Schemas(member.Value)).Concat(
            all["type"] is JsonArray || (all["type"] is JsonValue type && type.TryGetValue<string>(out var name) && name is "array" or "object" or "string") ? [all] : []),
        JsonArray each => each.SelectMany(Schemas),
        _ => [],
    };
}
