using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace Commerce.Hostile;

/// <summary>
/// Every operation of the OpenAPI document with requests made from its schemas, sensible ones and senseless ones, by somebody
/// who may do everything: no failure, no silence, and nothing that the document does not say.
/// </summary>
/// <remarks>
/// <c>COMMERCE_FUZZ_SECONDS</c> makes it longer, <c>COMMERCE_FUZZ_SEED</c> repeats one request that it printed: its ids are
/// others in each run, its text is in the message.
/// </remarks>
[Collection(nameof(Ruined))]
public sealed class FuzzTests(HostileShop shop, ITestOutputHelper output)
{
    private const int Callers = 6;

    [Fact]
    public async Task Whatever_is_asked_is_answered_as_the_document_says()
    {
        var values = new HostileValues(shop.Description, shop.Known);
        var operations = shop.Description.Operations.Select(operation => HostileRequest.Of(operation, values)).ToArray();
        var all = Gen.Int[0, operations.Length - 1].SelectMany(index => operations[index]);
        var seed = Environment.GetEnvironmentVariable("COMMERCE_FUZZ_SEED");
        var faults = new ConcurrentDictionary<string, string>();
        var answered = new ConcurrentDictionary<(string Operation, int Status), int>();
        var seconds = int.Parse(Environment.GetEnvironmentVariable("COMMERCE_FUZZ_SECONDS") ?? "45", CultureInfo.InvariantCulture);
        var running = Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(1, seed is null ? Callers : 1).Select(caller => Task.Run(async () =>
        {
            var random = seed is null ? new PCG((uint)caller) : PCG.Parse(seed);
            do
            {
                var state = random.ToString();
                var request = all.Generate(random, null, out _);
                var answer = await shop.SendAsync(request);
                answered.AddOrUpdate((request.Operation.ToString(), (int)(answer.Status ?? 0)), 1, (_, times) => times + 1);
                if (Fault(request, answer) is { } fault)
                {
                    faults.TryAdd(
                        $"{request.Operation}: {fault}",
                        $"COMMERCE_FUZZ_SEED={state}{Environment.NewLine}  {request}{Environment.NewLine}  {(int?)answer.Status} {answer.Text}");
                }
            }
            while (seed is null && running.Elapsed.TotalSeconds < seconds);
        })));

        foreach (var operation in answered.GroupBy(count => count.Key.Operation).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{operation.Key}: {string.Join(", ", operation.OrderBy(count => count.Key.Status).Select(count => $"{count.Value} × {count.Key.Status}"))}");
        }

        Assert.True(faults.IsEmpty, string.Join(Environment.NewLine, faults.Select(fault => $"{fault.Key}{Environment.NewLine}  {fault.Value}")) + shop.Shop.Output);
    }

    /// <summary>What is wrong with an answer; null: nothing.</summary>
    private string? Fault(HostileRequest request, HostileAnswer answer)
    {
        var status = (int)(answer.Status ?? 0);
        if (answer is { Status: null, IsClosed: true } && request.Body is { Length: > 1 << 20 })
        {
            return null; // Who is told that it is too much while he still sends may not hear it.
        }

        if (answer is { Status: null } || (status >= 500 && status != 503))
        {
            return $"failed with {status}";
        }

        if (answer is { Status: HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong, IsClosed: true, Text: "" })
        {
            return null; // Not HTTP: refused by the server before anybody of ours saw it.
        }

        if (status >= 400)
        {
            return answer.MediaType == "application/problem+json"
                ? ProblemFault(Json(answer.Text), status)
                : $"refused with {status} as {answer.MediaType ?? "nothing"}";
        }

        if (!request.Operation.Answers.TryGetValue(status.ToString(CultureInfo.InvariantCulture), out var documented))
        {
            return $"{status} is not documented";
        }

        if (documented.Count == 0)
        {
            return answer.Text.Length == 0 ? null : $"{status} has a body that is not documented";
        }

        if (!documented.TryGetValue(answer.MediaType ?? "", out var schema))
        {
            return $"{status} as {answer.MediaType} is not documented";
        }

        return answer.MediaType != "application/json" ? null
            : shop.Description.Faults(schema, Json(answer.Text)).FirstOrDefault() is { } fault ? $"{status} {fault}"
            : null;
    }

    private string? ProblemFault(JsonNode? problem, int status) =>
        problem is null ? $"{status} is no JSON"
        : shop.Description.Faults(JsonNode.Parse("""{"$ref":"#/components/schemas/Problem"}"""), problem).FirstOrDefault() is { } fault ? $"problem {status} {fault}"
        : (int?)problem["status"] != status || string.IsNullOrEmpty((string?)problem["title"]) ? $"problem {status} does not say what it is"
        : null;

    private static JsonNode? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
