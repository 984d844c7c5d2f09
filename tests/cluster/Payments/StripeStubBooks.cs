using System.Globalization;
using System.Text.Json.Nodes;

namespace Commerce.Payments;

/// <summary>What the stub of Stripe knows, and what it does with a request.</summary>
internal sealed class StripeStubBooks
{
    private readonly Dictionary<string, StubIntent> _intents = new(StringComparer.Ordinal);

    /// <summary>Every intent, oldest first.</summary>
    public IReadOnlyList<StubIntent> Intents => [.. _intents.Values];

    /// <summary>When the reservation of the next intent ends; null: in seven days.</summary>
    public DateTimeOffset? NextCaptureBefore { get; set; }

    public StubIntent Of(string intent) => _intents[intent];

    /// <summary>The intents of an order.</summary>
    public StubIntent[] OfOrder(string order) => [.. _intents.Values.Where(intent => intent.Metadata.GetValueOrDefault("order_id") == order)];

    /// <summary>The customer says yes at the bank.</summary>
    public bool Approve(string intent)
    {
        var asked = _intents[intent];
        if (asked.Status != "requires_action")
        {
            return false;
        }

        asked.Reserve();
        return true;
    }

    public void ApproveAll()
    {
        foreach (var intent in _intents.Values.Where(intent => intent.Status == "requires_action"))
        {
            Approve(intent.Id);
        }
    }

    /// <summary>The bank opens a dispute.</summary>
    public string Dispute(string intent, long amount, string status = "needs_response")
    {
        var id = $"du_{Guid.NewGuid():n}";
        _intents[intent].Disputes.Add(new(id, amount, status));
        return id;
    }

    /// <summary>Changes a dispute.</summary>
    public bool Decide(string intent, string dispute, string status)
    {
        var disputes = _intents[intent].Disputes;
        var index = disputes.FindIndex(known => known.Id == dispute);
        disputes[index] = disputes[index] with { Status = status };
        return true;
    }

    /// <summary>What became of the last refund.</summary>
    public bool Settle(string intent, string status)
    {
        var refunds = _intents[intent].Refunds;
        refunds[^1] = refunds[^1] with { Status = status };
        return true;
    }

    /// <summary>The reservation runs out.</summary>
    public bool Expire(string intent)
    {
        var reserved = _intents[intent];
        (reserved.Status, reserved.Capturable) = ("canceled", 0);
        return true;
    }

    /// <summary>An intent made with our key, of which we know nothing.</summary>
    public string Forge(string order)
    {
        var forged = new StubIntent($"pi_{Guid.NewGuid():n}", 777, "gbp", "manual", "pm_card_visa") { Metadata = { ["order_id"] = order, ["attempt"] = "1" } };
        forged.Reserve();
        _intents.Add(forged.Id, forged);
        return forged.Id;
    }

    /// <summary>Stripe knows nothing of an intent any more.</summary>
    public bool Forget(string intent) => _intents.Remove(intent);

    /// <summary>A refund made in Stripe's own dashboard.</summary>
    public bool RefundInDashboard(string intent, long amount)
    {
        _intents[intent].Refunds.Add(new($"re_{Guid.NewGuid():n}", amount, "succeeded", []));
        return true;
    }

    /// <summary>What an event of a type tells.</summary>
    public JsonNode About(string type, string intent)
    {
        var about = _intents[intent];
        return type switch
        {
            _ when type.StartsWith("payment_intent.", StringComparison.Ordinal) => about.Json(expand: false),
            _ when type.StartsWith("charge.dispute.", StringComparison.Ordinal) => about.DisputeJson(about.Disputes[^1]),
            _ when type.StartsWith("refund.", StringComparison.Ordinal) => about.RefundJson(about.Refunds[^1]),
            _ => about.ChargeJson(),
        };
    }

    public (int Status, string Body) Carry(string method, string path, IReadOnlyDictionary<string, string> parameters)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var known = parts.Length > 2 ? _intents.GetValueOrDefault(parts[2]) : null;
        return (StripeParameters.Route(method, path), known) switch
        {
            ("POST /v1/payment_intents", _) => Create(parameters),
            ("GET /v1/payment_intents", _) => List(parameters),
            ("GET /v1/payment_intents/search", _) => Search(parameters),
            ("POST /v1/refunds", _) => Refund(parameters),
            ("GET /v1/refunds", _) => Array("/v1/refunds", parameters, intent => intent.Refunds.Select(intent.RefundJson)),
            ("GET /v1/disputes", _) => Array("/v1/disputes", parameters, intent => intent.Disputes.Select(intent.DisputeJson)),
            ("GET /v1/payment_methods/{id}", _) => Method(parts[2]),
            (_, null) => (404, StripeError.Json(
                "invalid_request_error", "resource_missing", $"No such payment_intent: '{parts[^1]}'", "intent")),
            ("GET /v1/payment_intents/{id}", { } intent) => (200, intent.Json(expand: true).ToJsonString()),
            ("POST /v1/payment_intents/{id}/capture", { } intent) => Capture(intent, parameters),
            (_, { } intent) => Cancel(intent),
        };
    }

    private static (int Status, string Body) Method(string id) => id.StartsWith("pm_card_", StringComparison.Ordinal)
        ? (200, new JsonObject
        {
            ["id"] = id, ["object"] = "payment_method", ["type"] = "card",
            ["card"] = new JsonObject { ["brand"] = "visa", ["fingerprint"] = $"fp_{id.Split('_')[2]}" },
        }.ToJsonString())
        : (404, StripeError.Json("invalid_request_error", "resource_missing", $"No such PaymentMethod: '{id}'", "payment_method"));

    private (int Status, string Body) Create(IReadOnlyDictionary<string, string> parameters)
    {
        var amount = long.Parse(parameters["amount"], CultureInfo.InvariantCulture);
        if (amount < 30)
        {
            return (400, StripeError.Json("invalid_request_error", "amount_too_small", "Amount must be at least £0.30 gbp", "amount"));
        }

        var method = parameters["payment_method"];
        if (SandboxMethods.OutcomeOf(method) is not { } outcome)
        {
            return (400, StripeError.Json(
                "invalid_request_error", "resource_missing", $"No such PaymentMethod: '{method}'", "payment_method"));
        }

        var intent = new StubIntent($"pi_{Guid.NewGuid():n}", amount, parameters["currency"], parameters["capture_method"], method)
        {
            CanCaptureAgain = parameters.ContainsKey("payment_method_options[card][request_multicapture]"),
        };
        if (NextCaptureBefore is { } end)
        {
            (intent.CaptureBefore, NextCaptureBefore) = (end.ToUnixTimeSeconds(), null);
        }

        foreach (var (name, value) in parameters.Where(pair => pair.Key.StartsWith("metadata[", StringComparison.Ordinal)))
        {
            intent.Metadata[name[9..^1]] = value;
        }

        _intents.Add(intent.Id, intent);
        switch (outcome.Status)
        {
            case GatewayStatus.Authorized:
                intent.Reserve();
                return (200, intent.Json(expand: true).ToJsonString());
            case GatewayStatus.RequiresAction:
                intent.Status = "requires_action";
                return (200, intent.Json(expand: true).ToJsonString());
            default:
                intent.Status = "requires_payment_method";
                intent.DeclineCode = outcome.DeclineCode;
                return (402, StripeError.Json(
                    "card_error", "card_declined", "Your card was declined.", null, outcome.DeclineCode, intent.Json(expand: false)));
        }
    }

    private (int Status, string Body) List(IReadOnlyDictionary<string, string> parameters)
    {
        var (from, to) = (Number("created[gte]", long.MinValue), Number("created[lt]", long.MaxValue));
        var limit = (int)Number("limit", 10);
        var after = parameters.GetValueOrDefault("starting_after");
        var newestFirst = _intents.Values.Reverse().Where(intent => intent.Created >= from && intent.Created < to);
        var rest = (after is null ? newestFirst : newestFirst.SkipWhile(intent => intent.Id != after).Skip(1)).ToList();
        return (200, Page("/v1/payment_intents", rest.Take(limit).Select(intent => (JsonNode)intent.Json(expand: true)), rest.Count > limit));

        long Number(string name, long otherwise) =>
            parameters.TryGetValue(name, out var value) ? long.Parse(value, CultureInfo.InvariantCulture) : otherwise;
    }

    private (int Status, string Body) Search(IReadOnlyDictionary<string, string> parameters)
    {
        var query = parameters["query"].Split('"');
        var found = _intents.Values.Where(intent => intent.Metadata.GetValueOrDefault(query[1]) == query[3]).ToList();
        var page = JsonNode.Parse(Page("/v1/payment_intents/search", found.Select(intent => (JsonNode)intent.Json(expand: false)), false))!;
        page["object"] = "search_result";
        return (200, page.ToJsonString());
    }

    private static (int Status, string Body) Capture(StubIntent intent, IReadOnlyDictionary<string, string> parameters)
    {
        var amount = parameters.TryGetValue("amount_to_capture", out var told)
            ? long.Parse(told, CultureInfo.InvariantCulture)
            : intent.Capturable;
        var isFinal = !parameters.TryGetValue("final_capture", out var final) || bool.Parse(final);
        if (intent.Status != "requires_capture" || amount > intent.Capturable || amount < 1 || (!isFinal && !intent.CanCaptureAgain))
        {
            return (400, StripeError.Json(
                "invalid_request_error", "payment_intent_unexpected_state", $"This PaymentIntent could not be captured: {intent.Status}"));
        }

        intent.Capture(amount, isFinal);
        return (200, intent.Json(expand: true).ToJsonString());
    }

    private static (int Status, string Body) Cancel(StubIntent intent)
    {
        if (intent.Status is not ("requires_capture" or "requires_action" or "requires_payment_method"))
        {
            return (400, StripeError.Json(
                "invalid_request_error", "payment_intent_unexpected_state", $"You cannot cancel this PaymentIntent: {intent.Status}"));
        }

        intent.Status = "canceled";
        intent.Capturable = 0;
        return (200, intent.Json(expand: true).ToJsonString());
    }

    private (int Status, string Body) Refund(IReadOnlyDictionary<string, string> parameters)
    {
        var intent = _intents[parameters["payment_intent"]];
        var amount = long.Parse(parameters["amount"], CultureInfo.InvariantCulture);
        var given = intent.Refunds.Where(refund => !refund.IsRelease && refund.Status != "failed").Sum(refund => refund.Amount);
        if (given + amount > intent.Received)
        {
            return (400, StripeError.Json("invalid_request_error", "charge_already_refunded", "Refund amount is greater than unrefunded amount"));
        }

        var metadata = parameters.Where(pair => pair.Key.StartsWith("metadata[", StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[9..^1], pair => pair.Value, StringComparer.Ordinal);
        var status = SandboxMethods.RefundOf(intent.Method) switch
        {
            PaymentRefundStatus.Pending => "pending",
            PaymentRefundStatus.Failed => "failed",
            _ => "succeeded",
        };
        intent.Refunds.Add(new($"re_{Guid.NewGuid():n}", amount, status, metadata));
        return (200, intent.RefundJson(intent.Refunds[^1]).ToJsonString());
    }

    private (int Status, string Body) Array(
        string url, IReadOnlyDictionary<string, string> parameters, Func<StubIntent, IEnumerable<JsonNode>> entries) =>
        (200, Page(url, entries(_intents[parameters["payment_intent"]]), false));

    private static string Page(string url, IEnumerable<JsonNode> entries, bool hasMore) => new JsonObject
    {
        ["object"] = "list", ["url"] = url, ["has_more"] = hasMore, ["data"] = new JsonArray([.. entries]),
    }.ToJsonString();
}

/// <summary>A payment intent with its charge.</summary>
internal sealed class StubIntent(string id, long amount, string currency, string captureMethod, string method)
{
    public string Id => id;

    public long Amount => amount;

    public string Method => method;

    public string Status { get; set; } = "requires_payment_method";

    public long Capturable { get; set; }

    public long Received { get; set; }

    public string? DeclineCode { get; set; }

    public bool IsCharged { get; private set; }

    public bool CanCaptureAgain { get; init; }

    public long Created { get; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public long CaptureBefore { get; set; } = DateTimeOffset.UtcNow.AddDays(7).ToUnixTimeSeconds();

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public List<StubRefund> Refunds { get; } = [];

    public List<StubDispute> Disputes { get; } = [];

    public void Reserve()
    {
        IsCharged = true;
        if (captureMethod == "manual")
        {
            (Status, Capturable) = ("requires_capture", amount);
        }
        else
        {
            (Status, Received) = ("succeeded", amount);
        }
    }

    public void Capture(long part, bool isFinal)
    {
        Received += part;
        Capturable = isFinal ? 0 : Capturable - part;
        Status = Capturable == 0 ? "succeeded" : Status;
        if (Capturable == 0 && Received < amount)
        {
            // Stripe writes down what it lets go as a refund of the charge.
            Refunds.Add(new($"re_{Guid.NewGuid():n}", amount - Received, "succeeded", [], IsRelease: true));
        }
    }

    public JsonObject Json(bool expand) => new()
    {
        ["id"] = id,
        ["object"] = "payment_intent",
        ["amount"] = amount,
        ["amount_capturable"] = Capturable,
        ["amount_received"] = Received,
        ["capture_method"] = captureMethod,
        ["confirmation_method"] = "automatic",
        ["created"] = Created,
        ["currency"] = currency,
        ["livemode"] = false,
        ["metadata"] = Text(Metadata),
        ["payment_method"] = DeclineCode is null ? method : null,
        ["status"] = Status,
        ["latest_charge"] = !IsCharged ? null : expand ? ChargeJson() : $"ch_{id}",
        ["last_payment_error"] = DeclineCode is null ? null : new JsonObject
        {
            ["type"] = "card_error", ["code"] = "card_declined", ["decline_code"] = DeclineCode,
        },
        ["next_action"] = Status != "requires_action" ? null : new JsonObject
        {
            ["type"] = "redirect_to_url",
            ["redirect_to_url"] = new JsonObject { ["url"] = $"https://hooks.stripe.test/3ds/{id}", ["return_url"] = "https://shop.test/return" },
        },
    };

    public JsonObject ChargeJson() => new()
    {
        ["id"] = $"ch_{id}",
        ["object"] = "charge",
        ["amount"] = amount,
        ["amount_captured"] = Received,
        ["amount_refunded"] = Refunds.Where(refund => refund.Status != "failed").Sum(refund => refund.Amount),
        ["captured"] = Received > 0,
        ["created"] = Created,
        ["currency"] = currency,
        ["disputed"] = Disputes.Count > 0,
        ["metadata"] = Text(Metadata),
        ["payment_intent"] = id,
        ["status"] = "succeeded",
        ["payment_method_details"] = new JsonObject
        {
            ["type"] = "card",
            ["card"] = Card(),
        },
    };

    private JsonObject Card()
    {
        var card = new JsonObject
        {
            ["brand"] = "visa", ["multicapture"] = new JsonObject { ["status"] = CanCaptureAgain ? "available" : "unavailable" },
        };
        if (Status == "requires_capture")
        {
            // Not there, rather than null, afterwards.
            card["capture_before"] = CaptureBefore;
        }

        return card;
    }

    public JsonNode RefundJson(StubRefund refund) => new JsonObject
    {
        ["id"] = refund.Id, ["object"] = "refund", ["amount"] = refund.Amount, ["currency"] = currency, ["created"] = Created,
        ["charge"] = $"ch_{id}", ["payment_intent"] = id, ["status"] = refund.Status, ["metadata"] = Text(refund.Metadata),
    };

    public JsonNode DisputeJson(StubDispute dispute) => new JsonObject
    {
        ["id"] = dispute.Id, ["object"] = "dispute", ["amount"] = dispute.Amount, ["currency"] = currency, ["created"] = Created,
        ["charge"] = $"ch_{id}", ["payment_intent"] = id, ["status"] = dispute.Status, ["reason"] = "fraudulent",
        ["metadata"] = new JsonObject(),
    };

    private static JsonObject Text(Dictionary<string, string> metadata) =>
        new(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}

/// <param name="IsRelease">Whether it is what was not captured.</param>
internal sealed record StubRefund(string Id, long Amount, string Status, Dictionary<string, string> Metadata, bool IsRelease = false);

internal sealed record StubDispute(string Id, long Amount, string Status);
