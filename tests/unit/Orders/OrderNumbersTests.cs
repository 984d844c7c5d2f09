using CsCheck;

namespace Commerce.Orders;

public sealed class OrderNumbersTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    [Fact]
    public void No_two_numbers_are_the_same()
    {
        var numbers = Enumerable.Range(0, 20_000).Select(i => OrderNumbers.Permute(i, Key)).ToHashSet();

        Assert.Equal(20_000, numbers.Count);
        Assert.All(numbers, number => Assert.InRange(number, 0, (1L << 40) - 1));
    }

    [Fact]
    public void Different_numbers_stay_different_anywhere_in_the_forty_bits() =>
        Gen.Select(Gen.Long[0, (1L << 40) - 1], Gen.Long[0, (1L << 40) - 1]).Sample((one, other) =>
            Assert.Equal(one == other, OrderNumbers.Permute(one, Key) == OrderNumbers.Permute(other, Key)));

    [Fact]
    public void Nobody_can_tell_from_one_number_what_the_next_one_is()
    {
        var numbers = Enumerable.Range(1, 1_000).Select(i => OrderNumbers.Permute(i, Key)).ToArray();

        Assert.Equal(999, numbers.Zip(numbers[1..], (one, next) => next - one).Distinct().Count());
        Assert.NotEqual(OrderNumbers.Permute(1, Key), OrderNumbers.Permute(1, [.. Key.Reverse()]));
    }

    [Fact]
    public void A_number_is_eight_letters_that_nobody_confuses()
    {
        Assert.Equal("00000000", OrderNumbers.Format(0));
        Assert.Equal("0000000Z", OrderNumbers.Format(31));
        Assert.Equal("ZZZZZZZZ", OrderNumbers.Format((1L << 40) - 1));
        Gen.Long[0, (1L << 40) - 1].Sample(number =>
            Assert.Matches("^[0-9A-HJKMNP-TV-Z]{8}$", OrderNumbers.Format(number)));
    }

    [Fact]
    public void The_permutation_never_changes() =>
        Assert.Equal("STW52CA9", OrderNumbers.Format(OrderNumbers.Permute(1, Key)));
}
