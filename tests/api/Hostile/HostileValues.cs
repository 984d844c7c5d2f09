using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace Commerce.Hostile;

/// <summary>
/// JSON text of a schema: mostly what it asks for, sometimes at the edge of it, sometimes nothing of the kind. Text and not
/// nodes, because what no JSON library would write is what a door must stand.
/// </summary>
/// <param name="known">By the name of a member, or the prefix of an id: values the shop knows, so that requests get past the first check.</param>
internal sealed class HostileValues(ApiDescription api, IReadOnlyDictionary<string, IReadOnlyList<string>> known)
{
    private const int DepthMax = 5;

    /// <summary>Numbers as they may stand in JSON, and some that may not.</summary>
    public static readonly string[] Numbers =
    [
        "0", "1", "-1", "-0", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "-9223372036854775809", "18446744073709551616", "79228162514264337593543950336", "1e5", "1E400", "-1e400",
        "1e-400", "0.1", "1.0", "0.30000000000000004", "1.7976931348623157e308", "5e-324", "99999999999999999999999999999999999999999999",
        "NaN", "Infinity", "-Infinity", "01", "+1", ".5", "0x10", "1_000", "1000000", "10001", "100000000000",
    ];

    /// <summary>Text as it may come, unescaped.</summary>
    public static readonly string[] Texts =
    [
        "", " ", "\t\r\n", "a", "0", "-1", "null", "true", "undefined", "NaN", "x\0y", "\u202Egnirts", "\u200B", "\uFEFF", "e\u0301", "\u00E9",
        "ﬃ", "İıſK", "👩‍👩‍👧‍👦", "山田太郎", "مرحبا", "\u0001\u001f\u007f\u0085", "\uFFFE\uFFFF", "{{7*7}}", "${7*7}", "%s%n%d", "%00", "%2e%2e%2f",
        "../../../../etc/passwd", "..\\..\\windows\\win.ini", "' OR '1'='1", "1; DROP TABLE journal_events --", "\\", "\"", "'", "%", "_", "*", "(",
        "[", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "http://169.254.169.254/", "file:///etc/passwd",
        "__proto__", "constructor", "$type", "System.Object", "a\r\nSet-Cookie: a=b", "a@example.org\r\nBcc: b@example.org", "=1+1", "GBP", "gbp",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2030-02-30T00:00:00Z",
        "2030-01-01", "-0001-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "1e3", "00000000-0000-0000-0000-000000000000",
        new('x', 65), new('x', 201), new('x', 256), new('x', 5_000), new('é', 70_000), "a@" + new string('b', 250) + ".org",
    ];

    private static readonly Gen<string> Junk = Gen.OneOf(
        OneOf(
            "null", "true", "{}", "[]", "[[]]", "\"\"", "0", "[null]", "{\"\":null}", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"",
            "{\"a\":1,\"a\":2}", "\"\\x\"", "{\"__proto__\":{\"role\":\"administrator\"}}", "{\"$type\":\"System.Object\"}", Nested("[", "]", 40),
            Nested("{\"a\":", "}", 70), Nested("[", "]", 5_000), "/**/1", "[1,]", "", "\u0007", "\"a\nb\""),
        OneOf(Numbers),
        OneOf(Texts).Select(Quoted),
        Gen.String.Select(Quoted));

    private readonly Dictionary<(JsonObject?, string, int), Gen<string>> _generators = [];

    /// <summary>A body of a schema.</summary>
    public Gen<string> Body(JsonNode? schema) => Gen.Frequency((30, Json(schema, "", 0)), (1, Junk));

    /// <summary>A text for a place where everything is text: a path or a query.</summary>
    public Gen<string> Text(JsonNode? schema, string name)
    {
        var rules = api.Schema(schema);
        if ((string?)rules?["format"] == "date-time")
        {
            return Gen.OneOf(Strings(rules, name).Select(Unquoted), Gen.OneOf(OneOf(Texts), OneOf(Numbers)));
        }

        var fitting = Gen.OneOf(Fitting(rules, name, DepthMax).Select(Unquoted), Known(name) ?? Gen.Const("1"));
        return Gen.Frequency((16, Known(name) ?? fitting), (4, fitting), (3, OneOf(Texts)), (2, OneOf(Numbers)), (1, AnyId()));
    }

    /// <summary>All that a schema allows, each text this one wherever no other is known to be needed.</summary>
    public JsonNode? Furnished(JsonNode? schema, string name, string text, int depth = 0)
    {
        var rules = api.Schema(schema);
        if (rules is null || depth > DepthMax)
        {
            return text;
        }

        if ((rules["oneOf"] ?? rules["anyOf"]) is JsonArray choices)
        {
            return Furnished(choices[^1], name, text, depth);
        }

        return rules["enum"] is JsonArray words ? words[0]?.DeepClone() : ApiDescription.Types(rules).FirstOrDefault(type => type != "null") switch
        {
            "object" => new JsonObject((rules["properties"] as JsonObject ?? []).Select(
                property => KeyValuePair.Create(property.Key, Furnished(property.Value, property.Key, text, depth + 1)))),
            "array" => new JsonArray(Furnished(rules["items"], name, text, depth + 1)),
            "integer" => 1,
            "number" => 0.5,
            "boolean" => true,
            _ => (string?)rules["format"] == "date-time" ? "2031-05-01T12:00:00Z"
                : (string?)rules["pattern"] is { } pattern ? known.GetValueOrDefault(pattern.Split('_')[0].TrimStart('^'))?[0] ?? Known(name, text)
                : text,
        };
    }

    /// <summary>One of these.</summary>
    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    /// <summary>As a JSON string that says just this, whatever it is.</summary>
    public static string Quoted(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var character in text)
        {
            json.Append(character switch
            {
                '"' or '\\' => $"\\{character}",
                < ' ' => $"\\u{(int)character:x4}",
                _ when char.IsSurrogate(character) => $"\\u{(int)character:x4}",
                _ => character.ToString(),
            });
        }

        return json.Append('"').ToString();
    }

    private Gen<string> Json(JsonNode? schema, string name, int depth)
    {
        var rules = api.Schema(schema);
        if (!_generators.TryGetValue((rules, name, depth), out var generator))
        {
            generator = Gen.Frequency((40, Fitting(rules, name, depth)), (2, Edge(rules)), (1, Junk));
            _generators[(rules, name, depth)] = generator;
        }

        return generator;
    }

    private Gen<string> Fitting(JsonObject? rules, string name, int depth)
    {
        if (rules is null || depth > DepthMax)
        {
            return Known(name)?.Select(Quoted) ?? Gen.Const("null");
        }

        if ((rules["oneOf"] ?? rules["anyOf"]) is JsonArray choices)
        {
            return Gen.OneOf([.. choices.Select(choice => Json(choice, name, depth))]);
        }

        if (rules["enum"] is JsonArray words)
        {
            return OneOf([.. words.Select(word => word?.ToJsonString() ?? "null")]);
        }

        var types = ApiDescription.Types(rules);
        var generators = types.Select(type => type switch
        {
            "object" => Object(rules, depth),
            "array" => Gen.Frequency(
                (30, Json(rules["items"], name, depth + 1).Array[1, 3].Select(List)),
                (3, Gen.Const("[]")),
                (1, Json(rules["items"], name, DepthMax).Select(entry => List(Enumerable.Repeat(entry, 2_000))))),
            "integer" => Gen.Frequency((6, Gen.Int[0, 12].Select(number => $"{number}")), (1, OneOf("100", "1000", "86400"))),
            "number" => OneOf("0", "0.2", "1", "0.055", "12.5"),
            "boolean" => OneOf("true", "false"),
            "null" => Gen.Const("null"),
            _ => Strings(rules, name),
        }).ToArray();
        return generators.Length == 0 ? Known(name)?.Select(Quoted) ?? Junk : Gen.OneOf(generators);
    }

    private Gen<string> Strings(JsonObject rules, string name) => ((string?)rules["format"], (string?)rules["pattern"]) switch
    {
        ("date-time", _) => OneOf("\"2020-01-01T00:00:00Z\"", "\"2031-05-01T12:00:00+02:00\"", "\"2026-11-27T00:00:00.123Z\""),
        (_, { } pattern) when pattern.Split('_') is [var start, _, ..] && known.TryGetValue(start.TrimStart('^'), out var ids) =>
            OneOf([.. ids]).Select(Quoted),
        _ => Known(name)?.Select(Quoted)
            ?? Gen.OneOf(OneOf("something", "A title", "x", "standard", "leeds"), OneOf(Texts)).Select(Quoted),
    };

    private Gen<string> Object(JsonObject rules, int depth)
    {
        var required = ApiDescription.Names(rules["required"]);
        var members = (rules["properties"] as JsonObject ?? []).Select(property =>
        {
            var isRequired = required.Contains(property.Key);
            var value = Json(property.Value, property.Key, depth + 1).Select(json => $"{Quoted(property.Key)}:{json}");
            return Gen.Frequency((isRequired ? 60 : 1, value), (1, Gen.Const("")));
        }).ToList();
        if (rules["additionalProperties"] is JsonObject entries)
        {
            members.Add(Gen.Select(OneOf("standard", "GBP", "", "__proto__", "a.b"), Json(entries, "", depth + 1), (key, value) => $"{Quoted(key)}:{value}"));
        }

        members.Add(Gen.Frequency((8, Gen.Const("")), (1, OneOf(
            "\"id\":\"x\"", "\"status\":\"paid\"", "\"role\":\"administrator\"", "\"__proto__\":{}", "\"\":1", "\"\\ud800\":1", "\"total\":{\"amount\":0}"))));
        return members.Aggregate(
            Gen.Const(""), (before, member) => Gen.Select(before, member, (left, right) => left.Length == 0 || right.Length == 0 ? left + right : $"{left},{right}"))
            .Select(inside => $"{{{inside}}}");
    }

    private static Gen<string> Edge(JsonObject? rules) => rules is null ? Junk
        : ApiDescription.Types(rules).Any(type => type is "integer" or "number") ? OneOf(Numbers)
        : ApiDescription.Types(rules).Contains("string") ? OneOf(Texts).Select(Quoted)
        : Junk;

    private string Known(string name, string otherwise) => known.TryGetValue(name, out var values) ? values[0] : otherwise;

    private Gen<string>? Known(string name) =>
        known.TryGetValue(name, out var values) ? OneOf([.. values]) : null;

    private Gen<string> AnyId() => OneOf([.. known.Values.Select(values => values[0])]);

    private static string List(IEnumerable<string> entries) => $"[{string.Join(',', entries)}]";

    private static string Unquoted(string json) =>
        json.StartsWith('"') && !json.Contains('\\', StringComparison.Ordinal) ? json.Trim('"') : json;

    private static string Nested(string open, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
}
