using Npgsql;
using NpgsqlTypes;

namespace Commerce.Catalog;

/// <summary>The stored files of imports, the names in them and their errors. The HTTP side writes the files.</summary>
internal sealed class ImportFile(NpgsqlDataSource database)
{
    /// <summary>The file, from its beginning, one chunk in memory at a time; null when it is not there in full.</summary>
    public async Task<Stream?> OpenAsync(ImportId id, long bytes, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select octet_length(bytes) from import_chunks where import_id = $1 order by sequence");
        command.Parameters.Add(new() { Value = id.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var ends = new List<long>();
        while (await reader.ReadAsync(cancellation))
        {
            ends.Add((ends.Count == 0 ? 0 : ends[^1]) + reader.GetInt32(0));
        }

        return (ends.Count == 0 ? 0 : ends[^1]) == bytes ? new ChunkStream(database, id, [.. ends]) : null;
    }

    /// <summary>Deletes the file and its names. Repeatable; what stays behind is swept up by a later upload.</summary>
    public async Task DeleteAsync(ImportId id)
    {
        await using var command = database.CreateCommand("""
            with chunks as (delete from import_chunks where import_id = $1)
            delete from import_names where import_id = $1
            """);
        command.Parameters.Add(new() { Value = id.Value });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Gives a product its names, as far as no earlier row of the file has them. Repeatable.</summary>
    public async Task<ShopifyProduct> ClaimNamesAsync(ImportId id, ShopifyProduct product)
    {
        if (product.Names is not { Length: > 0 } names)
        {
            return product;
        }

        // The next checkpoint makes it durable: what is lost without one is claimed again.
        await using var command = database.CreateCommand("""
            insert into import_names as n (import_id, name, "row")
            select $1, name, "row" from unnest($2::text[], $3::bigint[]) as names(name, "row"),
                (select set_config('synchronous_commit', 'off', true)) as lazily
            on conflict (import_id, name) do update set "row" = n."row"
            returning name, "row"
            """);
        command.Parameters.Add(new() { Value = id.Value });
        command.Parameters.Add(new() { Value = names.Select(name => name.Name).ToArray() });
        command.Parameters.Add(new() { Value = names.Select(name => name.Row).ToArray() });
        await using var reader = await command.ExecuteReaderAsync();
        var owners = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
        {
            owners[reader.GetString(0)] = reader.GetInt64(1);
        }

        return product.WithNames(owners);
    }

    /// <summary>Keeps errors. Repeatable: those of a row that are there already stay as they are.</summary>
    public async Task SaveErrorsAsync(ImportId id, IReadOnlyList<ImportError> errors)
    {
        if (errors.Count == 0)
        {
            return;
        }

        await using var command = database.CreateCommand("""
            insert into import_errors (import_id, "row", ordinal, "column", code, detail)
            select $1, e.* from unnest($2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[]) as e
            on conflict do nothing
            """);
        var ordinals = new Dictionary<long, int>();
        command.Parameters.Add(new() { Value = id.Value });
        command.Parameters.Add(new() { Value = errors.Select(error => error.Row).ToArray() });
        command.Parameters.Add(new() { Value = errors.Select(error => Next(error.Row)).ToArray() });
        command.Parameters.Add(new() { Value = errors.Select(error => error.Column).ToArray() });
        command.Parameters.Add(new() { Value = errors.Select(error => error.Code).ToArray() });
        command.Parameters.Add(new() { Value = errors.Select(error => error.Detail).ToArray() });
        await command.ExecuteNonQueryAsync();

        int Next(long row) => ordinals[row] = ordinals.GetValueOrDefault(row, -1) + 1;
    }

    /// <summary>Reads the chunks as one file.</summary>
    /// <param name="database">Where they are.</param>
    /// <param name="id">Whose they are.</param>
    /// <param name="ends">Where in the file each one ends.</param>
    private sealed class ChunkStream(NpgsqlDataSource database, ImportId id, long[] ends) : Stream
    {
        private byte[] _chunk = [];
        private long _chunkStart;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => ends.Length == 0 ? 0 : ends[^1];

        public override long Position { get; set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= Length || buffer.IsEmpty)
            {
                return 0;
            }

            if (Position < _chunkStart || Position >= _chunkStart + _chunk.Length)
            {
                await LoadAsync(Array.FindIndex(ends, end => end > Position), cancellationToken);
            }

            var rest = _chunk.AsMemory((int)(Position - _chunkStart));
            var count = Math.Min(rest.Length, buffer.Length);
            rest[..count].CopyTo(buffer);
            Position += count;
            return count;
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => Position,
            _ => Length,
        };

        public override int Read(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException("Reading the database blocks no thread: use ReadAsync.");

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        private async Task LoadAsync(int sequence, CancellationToken cancellation)
        {
            await using var command = database.CreateCommand(
                "select bytes from import_chunks where import_id = $1 and sequence = $2");
            command.Parameters.Add(new() { Value = id.Value });
            command.Parameters.Add(new() { Value = sequence });
            var start = sequence == 0 ? 0 : ends[sequence - 1];
            var chunk = await command.ExecuteScalarAsync(cancellation) as byte[];
            (_chunk, _chunkStart) = chunk?.Length == ends[sequence] - start
                ? (chunk, start)
                : throw new IOException($"Chunk {sequence} of the file of {id} is gone.");
        }
    }
}
