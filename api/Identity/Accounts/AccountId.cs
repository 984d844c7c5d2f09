namespace Commerce.Identity.Accounts;

/// <summary>Names an account; the same text names the customer that it is.</summary>
internal readonly record struct AccountId(string Value) : IEntityId<AccountId>
{
    public static string Prefix => "cus";

    public static AccountId Of(string value) => new(value);
}
