using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Commerce.Carts;
using Commerce.Journal;
using PhoneNumbers;

namespace Commerce.Customers;

/// <summary>What is known of a customer and every decision about it. No clock, no I/O, no Orleans runtime.</summary>
internal sealed partial record Customer : IJournaledState<Customer, CustomerEvent>
{
    private const int AddressesMax = 20;
    private const int PaymentMethodsMax = 20;
    private const int GroupsMax = 20;
    private const int HistoryMax = 100;

    public static bool IsPersonal => true;

    public CustomerProfile Profile { get; init; } = new();

    /// <summary>By the names that he gave them, which are forgotten with him: in what is kept of the state as well.</summary>
    [Personal]
    public ImmutableSortedDictionary<string, CustomerAddress> Addresses { get; init => field = value ?? None; } = None;

    /// <summary>Oldest first; the last of each way is what holds.</summary>
    public ImmutableArray<Consent> Consents { get; init; } = [];

    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>In the order in which they were kept.</summary>
    public ImmutableArray<SavedPaymentMethod> PaymentMethods { get; init; } = [];

    public bool IsErased { get; init; }

    public string Summary => IsErased ? "erased" : $"{Addresses.Count} addresses";

    private static ImmutableSortedDictionary<string, CustomerAddress> None =>
        ImmutableSortedDictionary.Create<string, CustomerAddress>(StringComparer.Ordinal);

    public Decision<CustomerEvent> SetProfile(CustomerProfile profile)
    {
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        if (profile.Name is { } name && (string.IsNullOrWhiteSpace(name) || name.Length > 200 || name.Any(char.IsControl)))
        {
            errors.Add(new("/name", "invalid", "A name has 1 to 200 printable characters."));
        }

        if (profile.Phone is { } phone && Phone(phone) != phone)
        {
            errors.Add(new("/phone", "invalid_phone", "A phone number is in the form of E.164: +442079460000."));
        }

        if (profile.Locale is { } locale && !LanguageTag().IsMatch(locale))
        {
            errors.Add(new("/locale", "invalid_locale", "A locale is a BCP 47 language tag: en-GB."));
        }

        return IsErased ? CustomerRejections.Erased
            : errors.Count > 0 ? Rejection.Invalid(errors.ToImmutable())
            : profile == Profile ? Decision<CustomerEvent>.Nothing
            : new CustomerProfileSet(profile);
    }

    public Decision<CustomerEvent> PutAddress(string name, CustomerAddress address)
    {
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        if (address.Address is null)
        {
            errors.Add(new("/address", "required", "address is required."));
        }

        ContactRules.Check(address.Address, "/address", errors);
        return IsErased ? CustomerRejections.Erased
            : !IsHandle(name) ? Rejection.Invalid("/name", "An address is named by 1 to 40 of a-z, 0-9 and hyphen.")
            : errors.Count > 0 ? Rejection.Invalid(errors.ToImmutable())
            : Addresses.GetValueOrDefault(name) == address ? Decision<CustomerEvent>.Nothing
            : !Addresses.ContainsKey(name) && Addresses.Count >= AddressesMax ? CustomerRejections.TooManyAddresses(AddressesMax)
            : new CustomerAddressPut(name, address);
    }

    public Decision<CustomerEvent> RemoveAddress(string name) =>
        Addresses.ContainsKey(name) ? new CustomerAddressRemoved(name) : Decision<CustomerEvent>.Nothing;

    public Decision<CustomerEvent> PutPaymentMethod(SavedPaymentMethod method) =>
        IsErased ? CustomerRejections.Erased
        : method.Id is null || !GatewayId().IsMatch(method.Id) || LongNumber().IsMatch(method.Id)
            ? CustomerRejections.PaymentMethodMalformed
        : PaymentMethods.Contains(method) ? Decision<CustomerEvent>.Nothing
        : PaymentMethods.Length >= PaymentMethodsMax && PaymentMethods.All(other => other.Id != method.Id)
            ? CustomerRejections.TooManyPaymentMethods(PaymentMethodsMax)
        : new CustomerPaymentMethodPut(method);

    public Decision<CustomerEvent> RemovePaymentMethod(string id) =>
        PaymentMethods.Any(method => method.Id == id) ? new CustomerPaymentMethodRemoved(id) : Decision<CustomerEvent>.Nothing;

    public Decision<CustomerEvent> SetConsent(ConsentChannel channel, bool isGranted, string wording, DateTimeOffset now) =>
        IsErased ? CustomerRejections.Erased
        : !Enum.IsDefined(channel) ? Rejection.Invalid("/channel", "There is no such way to write to somebody.")
        : wording is not { Length: >= 1 and <= 100 } || wording.Any(char.IsControl)
            ? Rejection.Invalid("/wording", "What was agreed to is named by 1 to 100 characters.")
        : Holding(channel) is { } holds && holds.IsGranted == isGranted && holds.Wording == wording
            ? Decision<CustomerEvent>.Nothing
        : new CustomerConsentSet(new(channel, isGranted, wording, now));

    public Decision<CustomerEvent> SetGroups(ImmutableArray<string> groups) =>
        IsErased ? CustomerRejections.Erased
        : groups.IsDefault || groups.Length > GroupsMax || !groups.All(IsHandle)
            ? Rejection.Invalid("/groups", $"At most {GroupsMax} groups, each 1 to 40 of a-z, 0-9 and hyphen.")
        : groups.Order(StringComparer.Ordinal).SequenceEqual(Groups) ? Decision<CustomerEvent>.Nothing
        : new CustomerGroupsSet([.. groups.Distinct().Order(StringComparer.Ordinal)]);

    public Decision<CustomerEvent> Erase() => IsErased ? Decision<CustomerEvent>.Nothing : new CustomerErased();

    public Customer Apply(CustomerEvent @event) => @event switch
    {
        CustomerProfileSet e => this with { Profile = e.Profile },
        CustomerAddressPut e => this with { Addresses = Only(e.Address).SetItem(e.Name, e.Address) },
        CustomerAddressRemoved e => this with { Addresses = Addresses.Remove(e.Name) },
        CustomerConsentSet e => this with { Consents = [.. Consents.TakeLast(HistoryMax - 1), e.Consent] },
        CustomerPaymentMethodPut e => this with { PaymentMethods = With(e.Method) },
        CustomerPaymentMethodRemoved e => this with { PaymentMethods = PaymentMethods.RemoveAll(method => method.Id == e.Id) },
        CustomerGroupsSet e => this with { Groups = e.Groups },
        CustomerErased => new() { IsErased = true },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    public CustomerView View(CustomerId id, long version) => new(
        id, version, Profile, Addresses,
        [.. Enum.GetValues<ConsentChannel>().Select(Holding).OfType<Consent>()], Consents, Groups)
    {
        PaymentMethods = PaymentMethods,
    };

    private Consent? Holding(ConsentChannel channel) => Consents.LastOrDefault(consent => consent.Channel == channel);

    /// <summary>Of the others none is what this one is.</summary>
    private ImmutableSortedDictionary<string, CustomerAddress> Only(CustomerAddress address) => Addresses.ToImmutableSortedDictionary(
        other => other.Key,
        other => other.Value with
        {
            IsShipping = other.Value.IsShipping && !address.IsShipping, IsBilling = other.Value.IsBilling && !address.IsBilling,
        },
        StringComparer.Ordinal);

    private ImmutableArray<SavedPaymentMethod> With(SavedPaymentMethod method)
    {
        ImmutableArray<SavedPaymentMethod> others =
            [.. PaymentMethods.Select(other => other with { IsUsual = other.IsUsual && !method.IsUsual })];
        var place = PaymentMethods.ToList().FindIndex(other => other.Id == method.Id);
        return place < 0 ? others.Add(method) : others.SetItem(place, method);
    }

    /// <summary>The number as E.164 has it; null when it cannot be one.</summary>
    private static string? Phone(string text)
    {
        var numbers = PhoneNumberUtil.GetInstance();
        try
        {
            var number = numbers.Parse(text, null);
            return text.Length <= 16 && numbers.IsValidNumber(number) ? numbers.Format(number, PhoneNumberFormat.E164) : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_-]{0,199}\z", RegexOptions.NonBacktracking)]
    private static partial Regex GatewayId();

    /// <summary>As many digits as a card number has at least (ISO/IEC 7812-1): nobody writes one into an id by mistake.</summary>
    [GeneratedRegex("[0-9]{12}", RegexOptions.NonBacktracking)]
    private static partial Regex LongNumber();

    /// <summary>The tags that people's settings have, of all those that RFC 5646 allows.</summary>
    [GeneratedRegex(@"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\z", RegexOptions.NonBacktracking)]
    private static partial Regex LanguageTag();

    private static bool IsHandle(string? text) =>
        text is { Length: >= 1 and <= 40 } && text.All(letter => letter is '-' || char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter));
}

/// <summary>What can happen to a customer.</summary>
internal abstract record CustomerEvent : IJournalEvent;

[Alias("customer.profile_set")]
internal sealed record CustomerProfileSet(CustomerProfile Profile) : CustomerEvent;

[Alias("customer.address_put")]
internal sealed record CustomerAddressPut([property: Personal] string Name, CustomerAddress Address) : CustomerEvent;

[Alias("customer.address_removed")]
internal sealed record CustomerAddressRemoved([property: Personal] string Name) : CustomerEvent;

[Alias("customer.consent_set")]
internal sealed record CustomerConsentSet(Consent Consent) : CustomerEvent;

[Alias("customer.payment_method_put")]
internal sealed record CustomerPaymentMethodPut(SavedPaymentMethod Method) : CustomerEvent;

[Alias("customer.payment_method_removed")]
internal sealed record CustomerPaymentMethodRemoved([property: Personal] string Id) : CustomerEvent;

[Alias("customer.groups_set")]
internal sealed record CustomerGroupsSet(ImmutableArray<string> Groups) : CustomerEvent;

/// <summary>All of it is forgotten.</summary>
[Alias("customer.erased")]
internal sealed record CustomerErased : CustomerEvent;
