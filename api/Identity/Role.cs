using System.Collections.Frozen;

namespace Commerce.Identity;

/// <summary>
/// Who somebody is to the shop. A role is a set of scopes; what a token or a key says narrows it further. Written in
/// lower case in tokens and on accounts.
/// </summary>
internal enum Role
{
    /// <summary>A customer: his own things and nobody else's.</summary>
    Shopper,

    /// <summary>Answers customers: their orders, credit and data.</summary>
    Support,

    /// <summary>Decides what is sold and for how much.</summary>
    Merchandiser,

    /// <summary>Counts, moves and sends goods.</summary>
    Warehouse,

    /// <summary>Takes money and gives it back.</summary>
    Finance,

    /// <summary>May do everything.</summary>
    Administrator,

    /// <summary>A program: what its key or its client was given, and no more.</summary>
    Service,
}

/// <summary>The parts of the operators' side; each has a scope to read and one to write.</summary>
internal enum Area
{
    Catalog,
    Stock,
    Orders,
    Payments,
    Fulfillment,
    Promotions,
    Drops,
    Credit,
    Settings,
    Customers,
    Operations,
    Accounts,
    Audit,
}

/// <summary>Scopes (RFC 6749 §3.3) such as <c>orders:read</c>: declared at routes, granted by roles, asked for by clients.</summary>
internal static class Scopes
{
    /// <summary>What a client asks for that wants all that its user may do.</summary>
    public const string Everything = "commerce";

    /// <summary>What a shopper has, and nobody else.</summary>
    public const string Own = "own";

    private static readonly FrozenDictionary<Role, FrozenSet<string>> Granted = new Dictionary<Role, FrozenSet<string>>
    {
        [Role.Shopper] = [Own],
        [Role.Support] =
        [
            .. Both(Area.Orders), .. Both(Area.Customers), .. Both(Area.Credit), Read(Area.Catalog), Read(Area.Stock),
            Read(Area.Payments), Read(Area.Fulfillment), Read(Area.Promotions), Read(Area.Drops),
        ],
        [Role.Merchandiser] =
        [
            .. Both(Area.Catalog), .. Both(Area.Promotions), .. Both(Area.Drops), Read(Area.Stock), Read(Area.Orders), Read(Area.Settings),
        ],
        [Role.Warehouse] = [.. Both(Area.Stock), .. Both(Area.Fulfillment), Read(Area.Catalog), Read(Area.Orders), Read(Area.Settings)],
        [Role.Finance] =
        [
            .. Both(Area.Payments), .. Both(Area.Credit), .. Both(Area.Settings), Read(Area.Orders), Read(Area.Fulfillment),
            Read(Area.Promotions), Read(Area.Audit),
        ],
        [Role.Administrator] = [.. Enum.GetValues<Area>().SelectMany(Both)],
        [Role.Service] = [],
    }.ToFrozenDictionary();

    /// <summary>All that can be declared at a route of the operators' side.</summary>
    public static FrozenSet<string> All { get; } = Granted[Role.Administrator];

    /// <summary>To look at a part.</summary>
    public static string Read(Area area) => $"{Name(area)}:read";

    /// <summary>To change a part.</summary>
    public static string Write(Area area) => $"{Name(area)}:write";

    /// <summary>What a role grants.</summary>
    public static FrozenSet<string> Of(Role role) => Granted[role];

    /// <summary>A role by its name in a token; null when there is no such role.</summary>
    public static Role? RoleOf(string name) =>
        Enum.TryParse<Role>(name, ignoreCase: true, out var role) && Enum.IsDefined(role) && !char.IsAsciiDigit(name[0]) ? role : null;

    /// <summary>A role's name in tokens.</summary>
    public static string Name(Role role) => role.ToString().ToLowerInvariant();

    private static string Name(Area area) => area.ToString().ToLowerInvariant();

    private static string[] Both(Area area) => [Read(area), Write(area)];
}
