using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Commerce;

/// <summary>
/// Files that say what was promised. They are written once, by <c>COMMERCE_ACCEPT=1 dotnet test</c>, and from then on
/// only compared with; the difference in git is the review.
/// </summary>
internal static class Golden
{
    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether this run may write.</summary>
    public static bool Accepts => Environment.GetEnvironmentVariable("COMMERCE_ACCEPT") == "1";

    /// <summary>The folder of a kind of files.</summary>
    public static string Folder(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, name);

    /// <summary>JSON with members in alphabetical order and one on each line.</summary>
    public static string Pretty(JsonNode? node) => Sorted(node)?.ToJsonString(Readable) + "\n";

    /// <summary>Whether everything that was there is still there and the same; more may be.</summary>
    public static bool Keeps(JsonNode? before, JsonNode? after) => (before, after) switch
    {
        (JsonObject was, JsonObject now) => was.All(member => now.TryGetPropertyValue(member.Key, out var kept) && Keeps(member.Value, kept)),
        (JsonArray was, JsonArray now) => was.Count == now.Count && was.Zip(now).All(pair => Keeps(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(before, after),
    };

    /// <summary>The first lines in which two texts differ.</summary>
    public static string Difference(string promised, string actual)
    {
        var (old, now) = (promised.Split('\n'), actual.Split('\n'));
        var gone = old.Except(now).Take(20).Select(line => $"- {line.Trim()}");
        var come = now.Except(old).Take(20).Select(line => $"+ {line.Trim()}");
        return string.Join('\n', gone.Concat(come));
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray entries => new JsonArray([.. entries.Select(Sorted)]),
        null => null,
        _ => node.DeepClone(),
    };
}
