namespace Commerce.Tax;

public sealed class VatIdTests
{
    [Theory]
    [InlineData("DE 123 456 789", "DE123456789")]
    [InlineData("atu12345678", "ATU12345678")]
    [InlineData("FR-XX123456789", "FRXX123456789")]
    [InlineData("NL123456789B01", "NL123456789B01")]
    [InlineData("IE1234567WA", "IE1234567WA")]
    [InlineData("ESB12345678", "ESB12345678")]
    [InlineData("EL123456789", "EL123456789")]
    [InlineData("SE123456789001", "SE123456789001")]
    [InlineData("GB 123 4567 89", "GB123456789")]
    [InlineData("GBGD001", "GBGD001")]
    [InlineData("XI123456789", "XI123456789")]
    [InlineData("CHE-123.456.789 MWST", "CHE123456789MWST")]
    [InlineData("NO 123 456 789 MVA", "NO123456789MVA")]
    public void A_VAT_id_is_kept_as_it_is_written_on_invoices(string text, string vatId) =>
        Assert.Equal(vatId, VatIds.Normalize(text));

    [Theory]
    [InlineData("")]
    [InlineData("DE")]
    [InlineData("DE12345678")]
    [InlineData("DE0123456789")]
    [InlineData("123456789")]
    [InlineData("GR123456789")]
    [InlineData("US123456789")]
    [InlineData("DE123456789DE123456789DE123456789DE123456789")]
    [InlineData("GB12345678a")]
    public void Anything_else_is_none(string text) => Assert.Null(VatIds.Normalize(text));

    [Theory]
    [InlineData("DE123456789", "DE")]
    [InlineData("EL123456789", "GR")]
    [InlineData("XI123456789", "XI")]
    [InlineData("GB123456789", null)]
    [InlineData("CHE123456789", null)]
    public void A_VAT_id_tells_the_member_state(string vatId, string? state) => Assert.Equal(state, VatIds.StateOf(vatId));

    // From a shop in Germany.
    [Theory]
    [InlineData("FRXX123456789", "FR", "reverse_charge")]
    [InlineData("ATU12345678", "FR", "reverse_charge")]
    [InlineData("EL123456789", "GR", "reverse_charge")]
    [InlineData("XI123456789", "IE", "reverse_charge")]
    [InlineData("DE123456789", "FR", null)]
    [InlineData("FRXX123456789", "DE", null)]
    [InlineData("GB123456789", "FR", null)]
    [InlineData("FRXX123456789", "GB", null)]
    [InlineData(null, "FR", null)]
    public void Goods_sent_to_a_business_in_another_member_state_are_taxed_there(string? vatId, string to, string? reason) =>
        Assert.Equal(reason, TaxChoice.Free(vatId, null, "DE", new(to, null, "")));

    [Fact]
    public void A_shop_outside_the_union_has_no_reverse_charge_and_an_exemption_holds_anywhere()
    {
        Assert.Null(TaxChoice.Free("FRXX123456789", null, "GB", new("FR", null, "")));
        Assert.Equal("exempt", TaxChoice.Free(null, "Charity 1234567", "GB", new("GB", null, "")));
    }
}
