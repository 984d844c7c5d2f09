using Commerce.Hosting;
using Npgsql;

namespace Commerce.Verification;

/// <summary>
/// The command <c>verify-journal</c>: proves the journal's invariants without the grains' code. Ends with 0 when all
/// hold, with 1 when one is broken, and with 2 when the journal cannot be read.
/// </summary>
internal static class VerifyJournal
{
    /// <summary>Whether the program was started for this.</summary>
    public static bool IsAskedBy(string[] args) => args is ["verify-journal", ..];

    /// <summary>Runs it on the configured database, or on the installation's own.</summary>
    public static async Task<int> RunAsync(IConfiguration configuration, IHostEnvironment environment)
    {
        await using var database = await CommerceDatabase.OpenOrExplainAsync(configuration, environment, isMigrated: false);
        if (database is null)
        {
            return 2;
        }

        try
        {
            var report = await JournalVerifier.RunAsync(database.Source);
            Console.Write(report);
            return report.First is null ? 0 : 1;
        }
        catch (NpgsqlException unreadable)
        {
            await Console.Error.WriteLineAsync($"The journal cannot be read. {unreadable.Message}");
            return 2;
        }
    }
}
