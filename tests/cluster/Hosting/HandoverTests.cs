using System.Reflection;
using Commerce.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;

namespace Commerce.Hosting;

public sealed class HandoverTests
{
    private readonly DefaultHttpContext _http = new();
    private int _tries;

    [Fact]
    public async Task A_named_command_is_repeated_when_its_silo_has_left()
    {
        _http.Request.Method = "POST";

        Assert.Equal("done", await SendAsync(fails: 4, new CommandHeaders("key-1", null)));
        Assert.Equal(5, _tries);
    }

    [Fact]
    public async Task A_read_is_repeated_when_its_silo_has_left()
    {
        _http.Request.Method = "GET";

        Assert.Equal("done", await SendAsync(fails: 1));
    }

    [Fact]
    public async Task A_command_without_a_name_is_not_repeated()
    {
        _http.Request.Method = "POST";

        await Assert.ThrowsAsync<SiloUnavailableException>(() => SendAsync(fails: 1, new CommandHeaders(null, null)));
        Assert.Equal(1, _tries);
    }

    [Fact]
    public async Task An_upload_is_not_repeated_because_it_has_been_read()
    {
        _http.Request.Method = "POST";
        _http.Request.ContentType = "text/csv";
        _http.Request.ContentLength = 10;

        await Assert.ThrowsAsync<SiloUnavailableException>(() => SendAsync(fails: 1, new CommandHeaders("key-1", null)));
        Assert.Equal(1, _tries);
    }

    [Fact]
    public async Task A_cluster_that_stays_away_is_told()
    {
        _http.Request.Method = "GET";

        await Assert.ThrowsAsync<SiloUnavailableException>(() => SendAsync(fails: 9));
        Assert.Equal(5, _tries);
    }

    [Fact]
    public async Task What_a_silo_turns_away_as_it_stops_is_asked_for_again()
    {
        _http.Request.Method = "GET";

        // Orleans alone makes these.
        var stopping = (Exception)Activator.CreateInstance(
            typeof(OrleansMessageRejectionException), BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, null, ["Silo stopping"], null)!;

        Assert.Equal("done", await new Handover(NullLogger<Handover>.Instance).InvokeAsync(
            new DefaultEndpointFilterInvocationContext(_http),
            _ => ++_tries > 1 ? ValueTask.FromResult<object?>("done") : throw stopping));
    }

    private async Task<object?> SendAsync(int fails, params object[] arguments) =>
        await new Handover(NullLogger<Handover>.Instance).InvokeAsync(
            new DefaultEndpointFilterInvocationContext(_http, arguments),
            _ => ++_tries > fails ? ValueTask.FromResult<object?>("done") : throw new SiloUnavailableException("It has left."));
}
