using System.Collections.Immutable;
using Commerce.Journal;

namespace Commerce.Customers;

/// <summary>Runs <see cref="Customer"/>.</summary>
[GrainType("customer")]
internal sealed class CustomerGrain(TimeProvider time) : JournaledActor<Customer, CustomerEvent>, ICustomerGrain
{
    private CustomerId Id => new(this.GetPrimaryKeyString());

    public Task<CustomerView> Read() => Read(customer => customer.View(Id, Version));

    public Task<Result<CustomerView>> SetProfile(CustomerProfile profile, CommandHeader header) =>
        Change(customer => customer.SetProfile(profile), header);

    public Task<Result<CustomerView>> PutAddress(string name, CustomerAddress address, CommandHeader header) =>
        Change(customer => customer.PutAddress(name, address), header);

    public Task<Result<CustomerView>> RemoveAddress(string name, CommandHeader header) =>
        Change(customer => customer.RemoveAddress(name), header);

    public Task<Result<CustomerView>> SetConsent(ConsentChannel channel, bool isGranted, string wording, CommandHeader header) =>
        Change(customer => customer.SetConsent(channel, isGranted, wording, time.GetUtcNow()), header);

    public Task<Result<CustomerView>> PutPaymentMethod(SavedPaymentMethod method, CommandHeader header) =>
        Change(customer => customer.PutPaymentMethod(method), header);

    public Task<Result<CustomerView>> RemovePaymentMethod(string id, CommandHeader header) =>
        Change(customer => customer.RemovePaymentMethod(id), header);

    public Task<Result<CustomerView>> SetGroups(ImmutableArray<string> groups, CommandHeader header) =>
        Change(customer => customer.SetGroups(groups), header);

    public Task<Result<bool>> Erase() => Erase(customer => customer.Erase(), customer => true);

    private Task<Result<CustomerView>> Change(Func<Customer, Decision<CustomerEvent>> decide, CommandHeader header) =>
        Commit(decide, customer => customer.View(Id, Version), header);
}
