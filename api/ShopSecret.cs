using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Commerce;

/// <summary>
/// Derives what nobody outside can compute: keyed hashes under the secret of this shop's database, under another key for
/// each purpose.
/// </summary>
internal sealed class ShopSecret(NpgsqlDataSource database)
{
    private byte[]? _secret;

    /// <summary>32 bytes that always belong to this text and purpose.</summary>
    public async ValueTask<byte[]> HashAsync(string purpose, string text)
    {
        if (_secret is null)
        {
            await using var command = database.CreateCommand("select key from shop_secret");
            _secret = (byte[])(await command.ExecuteScalarAsync())!;
        }

        var key = HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(purpose));
        return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
    }
}
