using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Fulfillment;
using Commerce.Orders;
using Commerce.Verification;

namespace Commerce;

/// <summary>Whoever bought something is forgotten, and what was bought is not.</summary>
public sealed class ErasureTests(CommerceCluster cluster) : IClassFixture<CommerceCluster>
{
    private static readonly string[] Strings = ["Quellcrist", "Falconer", "quell@", "Sunjet Lane", "Newpest", "+4420", "BTW-77", "Engraved"];

    private static readonly Address Home = new(
        "Quellcrist", "Falconer", "Protectorate", "9 Sunjet Lane", "Flat 4", "Newpest", null, "SW1Y 4JH", "GB", "+442079460000");

    private static readonly Address Neighbour = Shop.London with { FirstName = "Virginia" };

    private IGrainFactory Grains => cluster.Grains;

    [Fact]
    public async Task Nothing_of_a_person_is_left_anywhere_and_all_sums_still_hold()
    {
        var order = await BuyAsync("quell@example.org", Home);
        var neighbour = await BuyAsync("neighbour@example.org", Neighbour);
        var id = order.Id;
        Assert.True((await Grains.GetOrder(id).AddNote("Falconer called", new("note:1"))).IsAccepted);
        Assert.Equal(OrderRejections.Open.Code, (await Grains.GetOrder(id).Erase()).Rejection!.Code);
        await SendAsync(order);
        var back = await Grains.GetOrder(id).RequestReturn(
            new([new(order.Lines[0].Id, 1, ReturnReason.Other)], "Falconer does not want it", OrderParty.Shopper), new("return:1"));
        Assert.Equal("Falconer does not want it", back.Required.Note);
        Assert.Equal(OrderRejections.Open.Code, (await Grains.GetOrder(id).Erase()).Rejection!.Code);
        Assert.True((await Grains.GetOrder(id).DecideReturn(1, ReturnStatus.Declined, new("return:2"))).IsAccepted);
        await Eventually.TrueAsync(async () => (await Grains.GetNotification(id).Read()).Count(m => m.Status == Notifications.MessageStatus.Sent) == 3);
        foreach (var text in Strings)
        {
            Assert.Empty((await FoundAsync(text)).Except(["mails"]));
        }

        Assert.Contains("mails", await FoundAsync("Falconer"));
        await cluster.ForgetAsync(Grains.GetOrder(id));
        var read = (await Grains.GetOrder(id).Read()).Required;
        Assert.Equal((Home, "quell@example.org", "BTW-77 Engraved"), (read.ShippingAddress, read.Email, read.Lines[0].Attributes!["text"]));

        await EraseAsync(id);
        await EraseAsync(id);

        foreach (var text in Strings)
        {
            Assert.Empty(await FoundAsync(text));
        }

        await HasNobodyAsync(order);
        Assert.Null((await Grains.GetOrder(id).ReadAsOf(1)).Required.Email);
        await cluster.ForgetAsync(Grains.GetOrder(id));
        await cluster.ForgetAsync(Grains.GetCart(CartOf(id)));
        await HasNobodyAsync(order);
        Assert.Equal("Virginia", (await Grains.GetOrder(neighbour.Id).Read()).Required.ShippingAddress.FirstName);
        await cluster.ForgetAsync(Grains.GetOrder(neighbour.Id));
        Assert.Equal("Virginia", (await Grains.GetOrder(neighbour.Id).Read()).Required.ShippingAddress.FirstName);
        var report = await JournalVerifier.RunAsync(cluster.Database);
        Assert.True(report.First is null, report.ToString());
    }

    [Fact]
    public async Task What_was_erased_takes_nothing_personal_again()
    {
        var order = await BuyAsync("neighbour@example.org", Neighbour);
        await SendAsync(order);
        await EraseAsync(order.Id);

        var note = await Grains.GetOrder(order.Id).AddNote("Virginia called", new("note:2"));
        var edit = await Grains.GetOrderAmendment(order.Id).Propose(
            EntityId.New<OrderEditId>(DateTimeOffset.UtcNow), new([], [], Neighbour));
        var cart = await Grains.GetCart(CartOf(order.Id)).Update(new(new(true, "neighbour@example.org"), default, default), CommandHeader.None);

        Assert.Equal("order_erased", note.Rejection!.Code);
        Assert.Equal("order_erased", edit.Rejection!.Code);
        Assert.Equal("cart_completed", cart.Rejection!.Code);
    }

    [Fact]
    public async Task A_cart_that_nobody_bought_is_closed_when_its_owner_is_forgotten()
    {
        var cart = await NewCartAsync("neighbour@example.org", Neighbour);

        Assert.True((await Grains.GetCart(cart).Erase()).IsAccepted);
        await cluster.ForgetAsync(Grains.GetCart(cart));

        var read = (await Grains.GetCart(cart).Read()).Required;
        Assert.Equal((CartStatus.Expired, null, true), (read.Status, read.Email, read.Lines.IsEmpty));
        Assert.Equal("cart_expired", (await Grains.BuyAsync(cart)).Rejection!.Code);
    }

    private async Task EraseAsync(OrderId id)
    {
        Assert.True((await Grains.GetOrder(id).Erase()).IsAccepted);
        Assert.True((await Grains.GetCart(CartOf(id)).Erase()).IsAccepted);
        Assert.True((await Grains.GetCheckout(CartOf(id)).Erase()).IsAccepted);
        Assert.True((await Grains.GetOrderAmendment(id).Erase()).IsAccepted);
        await Grains.GetNotification(id).Erase();
    }

    private async Task HasNobodyAsync(OrderView before)
    {
        var after = (await Grains.GetOrder(before.Id).Read()).Required;
        Assert.Equal(
            (null, "GB", "", null, before.Totals.Total, before.Paid),
            (after.Email, after.ShippingAddress.Country, after.ShippingAddress.FirstName, after.Lines[0].Attributes, after.Totals.Total, after.Paid));
        Assert.Empty((await Grains.GetOrder(before.Id).ReadNotes(10)).Required);
        Assert.All(after.Returns, known => Assert.Null(known.Note));
    }

    private async Task<OrderView> BuyAsync(string email, Address address) =>
        (await Grains.BuyAsync(await NewCartAsync(email, address))).Required.Order!;

    private async Task<CartId> NewCartAsync(string email, Address address)
    {
        var sku = await Grains.NewSkuAsync(units: 5);
        var id = EntityId.New<CartId>(DateTimeOffset.UtcNow);
        var cart = Grains.GetCart(id);
        await cart.Create(Shop.Gbp, CommandHeader.None);
        var engraving = ImmutableSortedDictionary<string, string>.Empty.Add("text", "BTW-77 Engraved");
        Assert.True((await cart.AddLine(new(sku, 1, engraving), new($"line:{id}"))).IsAccepted);
        Assert.True((await cart.Update(new(new(true, email), new(true, address), new(true, address)), new($"update:{id}"))).IsAccepted);
        Assert.True((await cart.ChooseShipping("standard", CommandHeader.None)).IsAccepted);
        return id;
    }

    private async Task SendAsync(OrderView order)
    {
        var location = Grains.GetFulfillmentOrder(EntityId.Derive<FulfillmentOrderId>($"{order.Id}/main"));
        await Eventually.TrueAsync(async () => (await location.Read()).IsAccepted);
        Assert.True((await location.Fulfill(new([], null), new($"send:{order.Id}"))).IsAccepted);
        await Eventually.TrueAsync(async () => (await Grains.GetOrder(order.Id).Read()).Required.Status == OrderStatus.Completed);
    }

    /// <summary>The tables of any schema, and the folder of mails, in which a text is found.</summary>
    private async Task<IReadOnlyCollection<string>> FoundAsync(string text)
    {
        var found = await cluster.TestDatabase.TablesWithAsync(text);
        var mails = Directory.Exists(cluster.Outbox) ? Directory.EnumerateFiles(cluster.Outbox) : [];
        return mails.Any(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal)) ? [.. found, "mails"] : found;
    }

    private static CartId CartOf(OrderId order) => EntityId.Twin<OrderId, CartId>(order);
}
