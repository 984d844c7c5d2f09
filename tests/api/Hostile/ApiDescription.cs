using System.Text.Json.Nodes;

namespace Commerce.Hostile;

/// <summary>What the shop says of itself: every operation of its OpenAPI document, so that a new route is met on the day it is written.</summary>
internal sealed class ApiDescription
{
    private readonly JsonNode _document;

    public ApiDescription(JsonNode document)
    {
        _document = document;
        Operations =
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               where operation.Key is "get" or "put" or "post" or "patch" or "delete"
               select Read(path.Key, operation.Key.ToUpperInvariant(), operation.Value!),
        ];
    }

    /// <summary>Every method of every path.</summary>
    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>The schema itself, where there is a reference to it; null: anything goes.</summary>
    public JsonObject? Schema(JsonNode? schema)
    {
        var at = schema as JsonObject;
        while ((string?)at?["$ref"] is { } reference)
        {
            at = reference.Split('/').Skip(1).Aggregate(_document, (node, step) => node[step]!).AsObject();
        }

        return at;
    }

    /// <summary>What a value does not keep of what its schema promises: types, required members, sets of values.</summary>
    public IEnumerable<string> Faults(JsonNode? schema, JsonNode? value, string at = "")
    {
        if (Schema(schema) is not { } rules)
        {
            return [];
        }

        if ((rules["oneOf"] ?? rules["anyOf"]) is JsonArray choices)
        {
            var faults = choices.Select(choice => Faults(choice, value, at).ToList()).ToList();
            return faults.Any(of => of.Count == 0) ? [] : faults.MinBy(of => of.Count)!;
        }

        if (Types(rules) is { Count: > 0 } types && !types.Any(type => Is(type, value)))
        {
            return [$"{at} is {value?.ToJsonString() ?? "null"} instead of {string.Join(" or ", types)}"];
        }

        if (value is not null && rules["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
        {
            return [$"{at} is {value.ToJsonString()}, none of its words"];
        }

        return value switch
        {
            JsonArray list => list.SelectMany((entry, index) => Faults(rules["items"], entry, $"{at}/{index}")),
            JsonObject members =>
            [
                .. Names(rules["required"]).Where(name => !members.ContainsKey(name)).Select(name => $"{at}/{name} is missing"),
                .. members.SelectMany(member => Faults(
                    rules["properties"]?[member.Key] ?? rules["additionalProperties"] as JsonObject, member.Value, $"{at}/{member.Key}")),
            ],
            _ => [],
        };
    }

    /// <summary>The types a schema allows.</summary>
    public static IReadOnlyList<string> Types(JsonObject rules) =>
        rules["type"] is null && rules["properties"] is not null ? ["object"] : Names(rules["type"]);

    /// <summary>The strings of a list, or the only one.</summary>
    public static IReadOnlyList<string> Names(JsonNode? list) => list switch
    {
        null => [],
        JsonArray several => [.. several.Select(name => (string)name!)],
        _ => [(string)list!],
    };

    private static bool Is(string type, JsonNode? value) => (type, value?.GetValueKind()) switch
    {
        ("null", null) => true,
        ("object", System.Text.Json.JsonValueKind.Object) => true,
        ("array", System.Text.Json.JsonValueKind.Array) => true,
        ("string", System.Text.Json.JsonValueKind.String) => true,
        ("number", System.Text.Json.JsonValueKind.Number) => true,
        ("integer", System.Text.Json.JsonValueKind.Number) => !value!.ToJsonString().Contains('.', StringComparison.Ordinal),
        ("boolean", System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False) => true,
        _ => false,
    };

    private static Operation Read(string path, string method, JsonNode operation)
    {
        var body = operation["requestBody"]?["content"]?.AsObject().First();
        return new(
            method,
            path,
            [
                .. (operation["parameters"] as JsonArray ?? []).Select(parameter => new Parameter(
                    (string)parameter!["name"]!, (string)parameter["in"]!, (bool?)parameter["required"] ?? false, parameter["schema"])),
            ],
            body?.Key,
            body?.Value?["schema"],
            operation["responses"]!.AsObject().ToDictionary(
                answer => answer.Key,
                answer => (answer.Value!["content"]?.AsObject())?.ToDictionary(content => content.Key, content => content.Value?["schema"])
                    ?? []),
            (string?)operation["security"]?[0]?["token"]?[0]);
    }
}

/// <summary>One thing that can be asked for.</summary>
/// <param name="BodyType">The media type of the body it takes; null: none.</param>
/// <param name="Answers">By status, or <c>default</c>: the media types and what is in them.</param>
/// <param name="Scope">Who may: the scope that is needed; null: anybody.</param>
internal sealed record Operation(
    string Method,
    string Path,
    IReadOnlyList<Parameter> Parameters,
    string? BodyType,
    JsonNode? BodySchema,
    IReadOnlyDictionary<string, Dictionary<string, JsonNode?>> Answers,
    string? Scope)
{
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>A part of the path, of the query, or a header.</summary>
internal sealed record Parameter(string Name, string In, bool IsRequired, JsonNode? Schema);
