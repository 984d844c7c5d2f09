using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Commerce.Identity.Tokens;

/// <summary>
/// What another authority publishes. Until it has been heard once, all who wait share one question, and for a second after it
/// was not answered nobody waits at all: a slow authority keeps nobody longer than one question takes. Later its keys are
/// looked up in the background, and the former ones are good until then.
/// </summary>
/// <exception cref="RetryableException">It does not answer.</exception>
internal sealed class AuthorityKeys : IConfigurationManager<OpenIdConnectConfiguration>
{
    private const int AnswerBytesMax = 10 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _published;
    private Task<OpenIdConnectConfiguration>? _asked;
    private long _failedAt;

    public AuthorityKeys(Uri authority, bool needsHttps) => _published = new(
        $"{authority.ToString().TrimEnd('/')}/.well-known/openid-configuration",
        new OpenIdConnectConfigurationRetriever(),
        new HttpDocumentRetriever(new() { Timeout = Patience, MaxResponseContentBufferSize = AnswerBytesMax }) { RequireHttps = needsHttps });

    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_asked is null or { IsCompletedSuccessfully: true }
                || (_asked.IsCompleted && Environment.TickCount64 - _failedAt >= Pause.TotalMilliseconds))
            {
                _asked = AskAsync();
            }

            return _asked.WaitAsync(cancel);
        }
    }

    public void RequestRefresh() => _published.RequestRefresh();

    private async Task<OpenIdConnectConfiguration> AskAsync()
    {
        try
        {
            return await _published.GetConfigurationAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is InvalidOperationException or HttpRequestException or IOException or TaskCanceledException)
        {
            _failedAt = Environment.TickCount64;
            throw new RetryableException("Whoever says who somebody is does not answer.", failure);
        }
    }
}
