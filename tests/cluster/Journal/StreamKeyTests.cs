using System.Security.Cryptography;
using System.Text;
using Commerce.Carts;
using Microsoft.Extensions.Options;

namespace Commerce.Journal;

public sealed class StreamKeyTests
{
    private const string Secret = "ada@example.org";
    private static readonly CartEmailSet Event = new(Secret);

    [Fact]
    public void What_is_personal_is_sealed_and_opened_by_the_key_of_its_stream_alone()
    {
        var key = StreamKey.Create();

        var stored = Encode(key);

        Assert.DoesNotContain(Secret, stored, StringComparison.Ordinal);
        Assert.Equal(Event, EventTypes.Decode("cart.email_set", StreamKey.Open(key, stored)));
        Assert.Equal(new CartEmailSet(null), EventTypes.Decode("cart.email_set", StreamKey.Open(StreamKey.Create(), stored)));
        Assert.Equal(new CartEmailSet(null), EventTypes.Decode("cart.email_set", StreamKey.Open(null, stored)));
    }

    [Fact]
    public void The_same_text_is_never_sealed_the_same()
    {
        var key = StreamKey.Create();

        Assert.NotEqual(Encode(key), Encode(key));
    }

    [Theory]
    [InlineData("""{"title": "\u0001"}""")]
    [InlineData("""{"title": "\u0001 of a kind", "vendor": "\u0001YWJj"}""")]
    [InlineData("""{"title": "\u0001say \"no\""}""")]
    public void What_somebody_wrote_that_only_begins_like_something_sealed_stays_as_it_is(string json)
    {
        Assert.Equal(json, StreamKey.Open(StreamKey.Create(), json));
        Assert.Equal(json, StreamKey.Open(null, json));
    }

    [Fact]
    public void Nothing_personal_is_journaled_without_a_key() =>
        Assert.Throws<InvalidOperationException>(() => Encode(null));

    [Fact]
    public void What_is_left_of_an_address_says_only_in_which_country_it_was()
    {
        var address = new Address("Ada", "Lovelace", null, "12 St James Square", null, "London", "LND", "SW1Y 4JH", "GB", null);

        Assert.Equal(
            new Address("", "", null, "", null, "", "LND", "", "GB", null), StreamKey.Forget(address));
    }

    [Fact]
    public void A_key_is_opened_by_the_master_key_that_sealed_it_and_by_its_successor()
    {
        var key = StreamKey.Create();
        var kept = new StreamKeys(Master(1)).Wrap("cart/1", key);

        Assert.True(key.Secret.SequenceEqual(new StreamKeys(Master(1)).Unwrap("cart/1", kept)!.Secret));
        Assert.True(key.Secret.SequenceEqual(new StreamKeys(Master(2, 1)).Unwrap("cart/1", kept)!.Secret));
        Assert.Throws<CryptographicException>(() => new StreamKeys(Master(2)).Unwrap("cart/1", kept));
        Assert.ThrowsAny<CryptographicException>(() => new StreamKeys(Master(1)).Unwrap("cart/2", kept));
        Assert.Null(new StreamKeys(Master(1)).Unwrap("cart/1", []));
    }

    private static string Encode(StreamKey? key) => Encoding.UTF8.GetString(EventTypes.EncodeToUtf8(Event, key).Data);

    private static MasterKey Master(params byte[] newestFirst)
    {
        string[] keys = [.. newestFirst.Select(of => Convert.ToBase64String([.. Enumerable.Repeat(of, 32)]))];
        return new(Options.Create<SecretOptions>(new() { MasterKey = keys[0], PreviousMasterKeys = keys[1..] }));
    }
}
