using System.Buffers.Binary;
using System.Security.Cryptography;
using Dapper;
using Npgsql;

namespace Commerce.Orders;

/// <summary>
/// Numbers for people: 8 characters of Crockford base32 (no I, L, O, U), unique, and not in sequence, so that nobody can
/// tell from one how many orders there are or guess the next.
/// </summary>
/// <remarks>
/// A database sequence makes them unique; a Feistel network of 40 bits, keyed per database, permutes it, which keeps
/// them unique and is undone only with the key.
/// </remarks>
internal sealed class OrderNumbers(NpgsqlDataSource database)
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int HalfBits = 20;
    private byte[]? _key;

    /// <summary>The next number.</summary>
    /// <exception cref="RetryableException">The database does not answer.</exception>
    public async Task<string> NextAsync()
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            _key ??= await connection.ExecuteScalarAsync<byte[]>("select key from shop_secret");
            return Format(Permute(await connection.ExecuteScalarAsync<long>("select nextval('order_number')"), _key!));
        }
        catch (NpgsqlException outage)
        {
            // Npgsql's own exceptions cannot travel to another process.
            throw new RetryableException($"There is no order number: {outage.Message}");
        }
    }

    /// <summary>A one-to-one mapping of the 40-bit numbers onto themselves.</summary>
    internal static long Permute(long number, byte[] key)
    {
        const int mask = (1 << HalfBits) - 1;
        var (left, right) = ((int)(number >> HalfBits) & mask, (int)number & mask);
        Span<byte> block = stackalloc byte[8];
        Span<byte> hash = stackalloc byte[32];
        for (var round = 0; round < 6; round++)
        {
            BinaryPrimitives.WriteInt32BigEndian(block, round);
            BinaryPrimitives.WriteInt32BigEndian(block[4..], right);
            HMACSHA256.HashData(key, block, hash);
            (left, right) = (right, left ^ (BinaryPrimitives.ReadInt32BigEndian(hash) & mask));
        }

        return ((long)left << HalfBits) | (uint)right;
    }

    /// <summary>A 40-bit number, 5 bits a letter.</summary>
    internal static string Format(long number) =>
        string.Create(8, number, (text, rest) =>
        {
            for (var i = text.Length - 1; i >= 0; i--)
            {
                text[i] = Alphabet[(int)(rest & 31)];
                rest >>= 5;
            }
        });
}
