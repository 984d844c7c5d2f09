using Dapper;
using Npgsql;

namespace Commerce.Catalog;

/// <summary>
/// What pages of the catalogue must be forgotten by whoever keeps copies of them. Written in the transaction that changes what
/// the pages are made of, so that nobody is told before there is something new to see, and nothing is lost if the process dies.
/// </summary>
internal static class CataloguePurges
{
    private const string Add = """
        insert into catalogue_purges (key) select key from unnest(@keys) as key order by key
        on conflict (key) do update set change = nextval('catalogue_changes'), is_told = false
        """;

    /// <summary>Pages with these keys are no longer right.</summary>
    /// <param name="keys">Of <see cref="SurrogateKeys"/>, each once.</param>
    public static Task AddAsync(NpgsqlConnection connection, params string[] keys) => connection.ExecuteAsync(Add, new { keys });
}
