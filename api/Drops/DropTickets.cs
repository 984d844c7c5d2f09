using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Commerce.Drops;

/// <summary>
/// Whose place is whose. A ticket is a keyed hash of the drop and of what it knows its buyers by, so that one buyer has one
/// ticket however often he asks, and neither journal nor logs know who he is. Its token adds a signature.
/// </summary>
internal sealed class DropTickets(ShopSecret secret, IGrainFactory grains) : IDisposable
{
    private const int SignatureBytes = 16;

    private const int LookUpsMax = 16;

    private readonly SemaphoreSlim _lookUps = new(LookUpsMax);
    private readonly ConcurrentDictionary<DropId, OnePer> _onePer = new();

    /// <summary>The ticket of a holder; refused when it is not said who he is.</summary>
    public async ValueTask<Result<TicketId>> OfAsync(DropId drop, string? email, string? paymentMethod)
    {
        // What a drop knows its buyers by never changes, and it has more to do than to say so to each of them.
        if (!_onePer.TryGetValue(drop, out var onePer))
        {
            var read = await grains.GetDrop(drop).Read();
            if (!read.IsAccepted)
            {
                return read.Rejection!;
            }

            _onePer[drop] = onePer = read.Value!.Definition.OnePer;
        }

        var holder = onePer switch
        {
            OnePer.Email when email is not null => AddressOf(email),
            OnePer.PaymentMethod when paymentMethod is { Length: >= 1 and <= 200 } =>
                await FingerprintAsync(paymentMethod),
            _ => null,
        };
        return holder is null
            ? DropRejections.HolderMissing(onePer)
            : EntityId.Derive<TicketId>(Convert.ToHexString(await secret.HashAsync("drop-ticket", $"{drop}|{onePer}|{holder}")));
    }

    /// <summary>Few at a time: a crowd must not use up what the gateway lets us ask, which payments need.</summary>
    private async Task<string?> FingerprintAsync(string paymentMethod)
    {
        if (!await _lookUps.WaitAsync(TimeSpan.FromSeconds(1)))
        {
            throw new RetryableException("Too many payment methods are being looked up.");
        }

        try
        {
            return await grains.GetGateway().FingerprintOf(paymentMethod);
        }
        finally
        {
            _lookUps.Release();
        }
    }

    /// <summary>The token of a ticket.</summary>
    public async ValueTask<string> SignAsync(DropId drop, TicketId ticket) =>
        $"{ticket}.{Convert.ToHexStringLower((await secret.HashAsync("drop-token", $"{drop}|{ticket}")).AsSpan(0, SignatureBytes))}";

    /// <summary>The ticket of a token; null when it is none of this drop.</summary>
    public async ValueTask<TicketId?> ReadAsync(DropId drop, string token) =>
        DropToken.TicketOf(token) is { } ticket
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(await SignAsync(drop, ticket)), Encoding.UTF8.GetBytes(token))
            ? ticket
            : null;

    public void Dispose() => _lookUps.Dispose();

    /// <summary>An address without what its owner may add to it at will: letters of either case, and a tag behind a plus.</summary>
    private static string AddressOf(string email)
    {
        var address = email.Trim().ToLowerInvariant();
        var (at, plus) = (address.LastIndexOf('@'), address.IndexOf('+', StringComparison.Ordinal));
        return plus > 0 && plus < at ? address[..plus] + address[at..] : address;
    }
}

/// <summary>A ticket and its signature, as a part of a path.</summary>
internal readonly record struct DropToken : IParsable<DropToken>
{
    private const int SignatureLength = 32;

    /// <summary>The ticket that a token names; null when it cannot be one. Whether it is signed is not looked at.</summary>
    public static TicketId? TicketOf(string? token) =>
        token?.Split('.') is [var name, { Length: SignatureLength }] && EntityId.TryParse<TicketId>(name, out var ticket)
            ? ticket
            : null;

    public static DropToken Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var token) ? token : throw new FormatException("Not a token of a ticket.");

    public static bool TryParse(string? s, IFormatProvider? provider, out DropToken result)
    {
        result = default;
        return TicketOf(s) is not null;
    }
}
