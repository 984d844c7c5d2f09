using System.Buffers;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Commerce.Catalog;

/// <summary>Stores an uploaded file for its import, one chunk in memory at a time.</summary>
internal sealed class ImportUpload(NpgsqlDataSource database, IOptions<ImportUploadOptions> options)
{
    private const int ChunkBytes = 1_048_576;

    private const string StoreChunk = """
        insert into import_chunks (import_id, sequence, bytes) values ($1, $2, $3)
        on conflict (import_id, sequence) do update set bytes = excluded.bytes, stored_at = excluded.stored_at
        """;

    private const string DeleteChunks = "delete from import_chunks where import_id = $1 and sequence >= $2";

    /// <summary>What uploads that broke off and imports that ended left behind; those under way have a deadline.</summary>
    private const string DeleteLeftOver = """
        with idle as (
            select import_id from (select import_id from import_chunks union select import_id from import_names) stored
            where not exists (
                select from journal_streams s where s.stream = 'import/' || import_id and s.wake_at is not null)),
        names as (delete from import_names where import_id in (select import_id from idle))
        delete from import_chunks
        where stored_at < now() - interval '1 day' and import_id in (select import_id from idle)
        """;

    /// <summary>Stores the file. To be called before the import is started, and not again after that.</summary>
    /// <returns>Its size in bytes; refused when that is too much, and then nothing stays stored.</returns>
    public async Task<Result<long>> StoreAsync(ImportId id, Stream file, CancellationToken cancellation)
    {
        await ExecuteAsync(DeleteLeftOver);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        var (bytes, chunks, isStored) = (0L, 0, false);
        try
        {
            // A commit for each chunk: one long transaction would keep the readers of the journal waiting.
            for (var read = ChunkBytes; read == ChunkBytes && bytes <= options.Value.UploadBytesMax; bytes += read)
            {
                read = await file.ReadAtLeastAsync(
                    buffer.AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, cancellation);
                if (read > 0)
                {
                    await ExecuteAsync(StoreChunk, id.Value, chunks++, buffer.AsMemory(0, read));
                }
            }

            isStored = bytes <= options.Value.UploadBytesMax;
            return isStored ? bytes : TooLarge(options.Value.UploadBytesMax);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);

            // Nothing of a file that did not arrive in full, and nothing of a longer one that was here before.
            await ExecuteAsync(DeleteChunks, id.Value, isStored ? chunks : 0);
        }
    }

    private static Rejection TooLarge(long bytesMax) =>
        new(RejectionKind.Invalid, "import_too_large", $"A file has at most {bytesMax} bytes.");

    private async Task ExecuteAsync(string statement, params object[] values)
    {
        await using var command = database.CreateCommand(statement);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Limits of uploads; section <c>Imports</c>, as for the imports themselves. Checked at start-up.</summary>
public sealed class ImportUploadOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Imports";

    /// <summary>Bytes of one file. It is stored in the database until its import has ended.</summary>
    [Range(1_024, 4L * 1_073_741_824)]
    public long UploadBytesMax { get; set; } = 256 * 1_048_576;
}
