using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Commerce.Identity;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Commerce.Edge;

/// <summary>What is limited; a route that says nothing is a read or a change.</summary>
internal enum Limit
{
    /// <summary>Looking at something.</summary>
    Reads,

    /// <summary>Changing something.</summary>
    Changes,

    /// <summary>Pictures, of which a page has many.</summary>
    Pictures,

    /// <summary>Requests of operators and servers, by whom they are.</summary>
    Operators,

    /// <summary>Trying a password or a code of one's own account.</summary>
    SignIn,

    /// <summary>Having a mail sent.</summary>
    Mail,

    /// <summary>Trying a code that may be worth money, or a number that may be somebody's order.</summary>
    Guesses,
}

/// <summary>How much one caller may ask; section <c>Edge:Limits</c>. Each is a token bucket of the whole cluster.</summary>
public sealed class RateLimitOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Edge:Limits";

    /// <summary>Callers that a process remembers; those who came longest ago are forgotten first.</summary>
    [Range(1_000, 10_000_000)]
    public int CallersMax { get; set; } = 200_000;

    /// <summary>Looking at something, a minute. Many shoppers may have one address.</summary>
    [Range(1, 1_000_000_000)]
    public int ReadsPerMinute { get; set; } = 3_000;

    /// <summary>Changing something, a minute.</summary>
    [Range(1, 1_000_000_000)]
    public int ChangesPerMinute { get; set; } = 1_200;

    /// <summary>Pictures, a minute: those of some hundred pages.</summary>
    [Range(1, 1_000_000_000)]
    public int PicturesPerMinute { get; set; } = 12_000;

    /// <summary>Requests of one operator or server, a minute.</summary>
    [Range(1, 1_000_000_000)]
    public int OperatorsPerMinute { get; set; } = 60_000;

    /// <summary>Sign-ins tried from one address, a minute.</summary>
    [Range(1, 1_000_000_000)]
    public int SignInsPerMinute { get; set; } = 20;

    /// <summary>Mails asked for from one address, a minute.</summary>
    [Range(1, 1_000_000_000)]
    public int MailsPerMinute { get; set; } = 6;

    /// <summary>Codes and order numbers tried from one address, a minute.</summary>
    [Range(1, 1_000_000_000)]
    public int GuessesPerMinute { get; set; } = 30;

    internal Bucket Of(Limit limit)
    {
        var perMinute = limit switch
        {
            Limit.Reads => ReadsPerMinute,
            Limit.Changes => ChangesPerMinute,
            Limit.Pictures => PicturesPerMinute,
            Limit.Operators => OperatorsPerMinute,
            Limit.SignIn => SignInsPerMinute,
            Limit.Mail => MailsPerMinute,
            _ => GuessesPerMinute,
        };

        // What is cheap may be asked for all at once; of what is guessed nobody needs a minute's worth in a second.
        return new(limit <= Limit.Operators ? perMinute : Math.Max(1, perMinute / 2), perMinute);
    }
}

/// <summary>
/// Refuses whoever asks too much, wherever in the cluster he asks. Each process takes tokens in advance, a fiftieth of a bucket
/// at a time, so that of fifty requests one asks the cluster; where guessing is the danger, each does.
/// </summary>
internal sealed class RateLimits(IGrainFactory grains, IOptions<RateLimitOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan InAdvanceFor = TimeSpan.FromSeconds(20);
    private readonly Lock _lock = new();
    private readonly MemoryCache _callers = new(new MemoryCacheOptions { SizeLimit = options.Value.CallersMax });

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var limit = LimitOf(http);
        var name = $"{limit}/{CallerOf(http, limit)}";
        var bucket = options.Value.Of(limit);
        var allowed = limit > Limit.Operators
            ? await grains.GetAllowance(name).Take(1, bucket)
            : await TakeAsync(_callers.TryGetValue(name, out Caller? known) ? known! : Remember(name), name, bucket);
        if (limit > Limit.Operators || allowed.Granted == 0)
        {
            Tell(http.Response.Headers, limit, bucket, allowed);
        }

        if (allowed.Granted == 0)
        {
            await TypedResults.Problem(ResultHttp.Problem(
                StatusCodes.Status429TooManyRequests, "too_many_requests", "You ask for too much. Come again in a moment.", isRetryable: true))
                .ExecuteAsync(http);
            return;
        }

        await next(http);
    }

    public void Dispose() => _callers.Dispose();

    /// <summary>One for all requests that come at once, since what one of them has taken in advance is for the others.</summary>
    private Caller Remember(string name)
    {
        lock (_lock)
        {
            return _callers.GetOrCreate(name, entry =>
            {
                (entry.Size, entry.SlidingExpiration) = (1, InAdvanceFor);
                return new Caller();
            })!;
        }
    }

    /// <summary>
    /// From what was taken in advance, or else more is. Of many who come at once one asks and the others wait for it: otherwise
    /// each would take a part, and a page that loads fifty things would empty the bucket.
    /// </summary>
    private async Task<Allowance> TakeAsync(Caller caller, string name, Bucket bucket)
    {
        while (!caller.TryTake(time.GetUtcNow()))
        {
            var more = await caller.AskAsync(() => AdvanceAsync(name, bucket), time);
            if (more.Granted == 0)
            {
                return more;
            }
        }

        return new(1, 0, TimeSpan.Zero);
    }

    private async Task<Allowance> AdvanceAsync(string name, Bucket bucket)
    {
        try
        {
            return await grains.GetAllowance(name).Take(Math.Max(1, bucket.Burst / 50), bucket);
        }
        catch (Exception outage) when (outage is TimeoutException or Orleans.Runtime.OrleansException)
        {
            // While a silo is being missed nobody is kept out for asking much; what guards guesses stays shut.
            return new(1, 0, TimeSpan.Zero);
        }
    }

    private static Limit LimitOf(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<LimitedAttribute>() is { } declared ? declared.Limit
        : http.User.IsOperator() ? Limit.Operators
        : HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) ? Limit.Reads
        : Limit.Changes;

    /// <summary>
    /// Who it is where that is known, else from where he comes. Whoever guesses is known by his address, for he may have many
    /// names. Of an IPv6 address the half that its owner cannot choose.
    /// </summary>
    public static string CallerOf(HttpContext http, Limit limit)
    {
        if (limit <= Limit.Operators && http.User.FindFirst(Principals.Subject)?.Value is { Length: > 0 } subject
            && (http.User.IsOperator() || http.User.FindFirst(Principals.Kind)?.Value != "key"))
        {
            return Digest(Encoding.UTF8.GetBytes(subject));
        }

        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = address.GetAddressBytes();
        return Digest(address.AddressFamily == AddressFamily.InterNetworkV6 ? bytes.AsSpan(0, 8) : bytes);
    }

    private static string Digest(ReadOnlySpan<byte> caller) => Convert.ToHexStringLower(SHA256.HashData(caller).AsSpan(0, 12));

    /// <summary>As draft-ietf-httpapi-ratelimit-headers has it.</summary>
    private static void Tell(IHeaderDictionary headers, Limit limit, Bucket bucket, Allowance allowed)
    {
        var name = limit.ToString().ToLowerInvariant();
        var seconds = Math.Max(1, (long)Math.Ceiling(allowed.NextIn.TotalSeconds));
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={bucket.PerMinute};w=60");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={allowed.Left};t={seconds}");
        if (allowed.Granted == 0)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>What somebody may still do here without asking.</summary>
    private sealed class Caller
    {
        private readonly Lock _lock = new();
        private int _tokens;
        private DateTimeOffset _until;
        private Task<Allowance>? _asking;

        public bool TryTake(DateTimeOffset now)
        {
            lock (_lock)
            {
                if (_tokens == 0 || now >= _until)
                {
                    return false;
                }

                _tokens--;
                return true;
            }
        }

        public Task<Allowance> AskAsync(Func<Task<Allowance>> ask, TimeProvider time)
        {
            lock (_lock)
            {
                return _asking ??= KeepAsync(ask, time);
            }
        }

        private async Task<Allowance> KeepAsync(Func<Task<Allowance>> ask, TimeProvider time)
        {
            // Not within the lock, which is held where this begins.
            await Task.Yield();
            try
            {
                var more = await ask();
                lock (_lock)
                {
                    (_tokens, _until) = (more.Granted, time.GetUtcNow() + InAdvanceFor);
                }

                return more;
            }
            finally
            {
                lock (_lock)
                {
                    _asking = null;
                }
            }
        }
    }
}

/// <summary>Says what of a route is limited.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LimitedAttribute(Limit limit) : Attribute
{
    public Limit Limit => limit;
}

/// <summary>Declares limits.</summary>
internal static class Limits
{
    /// <summary>Requests of this route count against this limit.</summary>
    public static TBuilder Limited<TBuilder>(this TBuilder routes, Limit limit)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new LimitedAttribute(limit));
}
