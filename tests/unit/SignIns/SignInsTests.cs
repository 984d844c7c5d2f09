namespace Commerce.SignIns;

public sealed class SignInsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    private SignIns _signIns = new();
    private DateTimeOffset _now = Now;

    [Fact]
    public void Each_lock_is_longer_than_the_one_before_and_none_longer_than_a_day()
    {
        var lengths = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            Repeat(5, () => Try(SignInProof.WrongPassword));
            lengths.Add((_signIns.LockedUntil!.Value - _now).TotalMinutes);
            _now = _signIns.LockedUntil.Value;
        }

        Assert.Equal([1, 5, 15, 60, 240, 1440, 1440, 1440], lengths);
    }

    [Fact]
    public void While_it_is_locked_the_right_password_is_refused_and_after_it_signs_in_and_all_begins_anew()
    {
        Repeat(5, () => Try(SignInProof.WrongPassword, device: null));

        Assert.Equal(SignInOutcome.Refused, Try(SignInProof.Password, device: null).Outcome);
        _now += TimeSpan.FromMinutes(1);
        Assert.Equal(SignInOutcome.Allowed, Try(SignInProof.Password, device: null).Outcome);
        Repeat(5, () => Try(SignInProof.WrongPassword, device: null));
        Assert.Equal(TimeSpan.FromMinutes(1), _signIns.LockedUntil - _now);
    }

    [Fact]
    public void Whoever_locks_it_from_outside_keeps_its_owner_out_neither_of_a_known_device_nor_with_a_passkey()
    {
        Try(SignInProof.Password, device: "mine");
        Repeat(6, () => Try(SignInProof.WrongPassword, device: "his"));

        Assert.Equal(SignInOutcome.Refused, Try(SignInProof.Password, device: "his").Outcome);
        Assert.Equal(SignInOutcome.Allowed, Try(SignInProof.Password, device: "mine").Outcome);
        Repeat(6, () => Try(SignInProof.WrongPassword, device: "his"));
        Assert.Equal(SignInOutcome.Allowed, Try(SignInProof.Passkey, device: "new").Outcome);
    }

    [Fact]
    public void A_known_device_that_is_wrong_five_times_is_known_no_more()
    {
        Try(SignInProof.Password, device: "mine");

        Repeat(10, () => Try(SignInProof.WrongPassword, device: "mine"));

        Assert.Equal(SignInOutcome.Refused, Try(SignInProof.Password, device: "mine").Outcome);
    }

    [Fact]
    public void Proving_the_address_by_mail_opens_it()
    {
        Repeat(5, () => Try(SignInProof.WrongPassword));

        Take(_signIns.Unlock("password_reset"));

        Assert.Equal(SignInOutcome.Allowed, Try(SignInProof.Password).Outcome);
        Assert.Empty(_signIns.Unlock("password_reset").Events);
    }

    [Fact]
    public void A_flood_at_a_locked_account_is_one_event_a_minute()
    {
        Repeat(5, () => Try(SignInProof.WrongPassword));
        Repeat(4, () => _now = _signIns.LockedUntil!.Value, () => Repeat(5, () => Try(SignInProof.WrongPassword)));

        var events = 0;
        Repeat(600, () => _now += TimeSpan.FromSeconds(1), () => events += Events(Attempt(SignInProof.WrongPassword)));

        Assert.Equal(10, events);
    }

    [Fact]
    public void An_account_that_is_shut_lets_in_nobody_however_he_proves_it_and_what_he_tries_counts_for_nothing()
    {
        Try(SignInProof.Password, device: "mine");
        foreach (var proof in new[] { SignInProof.Password, SignInProof.Passkey, SignInProof.WrongPassword, SignInProof.WrongPassword })
        {
            Take(_signIns.Attempt(Attempt(proof, device: "mine") with { IsShut = true }, _now, out var answer));
            Assert.Equal(SignInOutcome.Refused, answer.Outcome);
            _now += TimeSpan.FromMinutes(1);
        }

        Assert.Equal((0, 0), (_signIns.Wrong, _signIns.Devices.Single().Wrong));
        Assert.Equal(1, Events(Attempt(SignInProof.Password) with { IsShut = true }));
        Assert.Equal(0, Events(Attempt(SignInProof.Password) with { IsShut = true }));
        Assert.Equal(SignInOutcome.Allowed, Try(SignInProof.Password, device: "mine").Outcome);
    }

    [Fact]
    public void A_new_device_alone_is_told_of_and_one_in_another_country_needs_a_second_factor()
    {
        Try(SignInProof.Password, device: "mine", country: "GB");
        _now += TimeSpan.FromDays(1);

        Assert.Equal(new SignInAnswer(SignInOutcome.Allowed, IsNewDevice: true), Try(SignInProof.Password, device: "new", country: "GB"));
        _now += TimeSpan.FromDays(1);
        Assert.Equal(new SignInAnswer(SignInOutcome.FactorNeeded, IsCodeDue: true), Try(SignInProof.Password, device: "far", country: "BR"));

        // Asked again at once, no second mail is sent.
        Assert.Equal(new SignInAnswer(SignInOutcome.FactorNeeded), Try(SignInProof.Password, device: "far", country: "BR"));
        Assert.Equal(SignInOutcome.Allowed, Try(SignInProof.Password, SignInFactor.Right, "1", "far", country: "BR").Outcome);
        Assert.Equal(SignInOutcome.Allowed, Try(SignInProof.Password, device: "far", country: "BR").Outcome);
    }

    [Fact]
    public void Nobody_travels_to_another_country_within_an_hour_with_a_new_device()
    {
        Try(SignInProof.Password, device: "mine", country: "GB");
        _now += TimeSpan.FromHours(1);

        Assert.Equal(SignInOutcome.Refused, Try(SignInProof.Password, SignInFactor.Right, "1", "new", country: "BR").Outcome);
        Assert.Equal(SignInOutcome.FactorNeeded, Try(SignInProof.Password, device: "mine", country: "BR").Outcome);
    }

    [Fact]
    public void Attempts_from_an_address_of_programs_are_refused_and_from_a_busy_one_a_new_device_needs_a_second_factor()
    {
        Try(SignInProof.Password, device: "mine");

        Assert.Equal(SignInOutcome.Refused, Try(SignInProof.Password, device: "new", crowd: SignInCrowd.TooMany).Outcome);
        Assert.Equal(SignInOutcome.FactorNeeded, Try(SignInProof.Password, device: "new", crowd: SignInCrowd.Many).Outcome);
        Assert.Equal(SignInOutcome.Allowed, Try(SignInProof.Password, device: "mine", crowd: SignInCrowd.TooMany).Outcome);
    }

    [Fact]
    public void A_code_is_good_once_and_a_second_time_counts_as_wrong()
    {
        Assert.Equal(SignInOutcome.Allowed, Try(SignInProof.Password, SignInFactor.Right, "123456", isFactorWanted: true).Outcome);

        Assert.Equal(SignInOutcome.FactorNeeded, Try(SignInProof.Password, SignInFactor.Right, "123456", isFactorWanted: true).Outcome);
        Assert.Equal(1, _signIns.Devices.Single().Wrong);
        Assert.Equal(SignInOutcome.Allowed, Try(SignInProof.Password, SignInFactor.Right, "654321", isFactorWanted: true).Outcome);
    }

    [Fact]
    public void What_a_passkey_answers_is_good_once()
    {
        Assert.Equal(SignInOutcome.Allowed, Try(SignInProof.Passkey, code: "challenge").Outcome);
        Assert.Equal(SignInOutcome.Refused, Try(SignInProof.Passkey, code: "challenge").Outcome);
        Assert.Equal(SignInOutcome.Allowed, Try(SignInProof.Passkey, code: "another").Outcome);
    }

    [Fact]
    public void Whoever_knows_the_password_and_guesses_codes_locks_it_as_well()
    {
        for (var i = 0; i < 5; i++)
        {
            Try(SignInProof.Password, SignInFactor.Wrong, $"{i}", device: null, isFactorWanted: true);
        }

        Assert.Equal(SignInOutcome.Refused, Try(SignInProof.Password, SignInFactor.Right, "9", device: null, isFactorWanted: true).Outcome);
    }

    [Fact]
    public void What_is_remembered_does_not_grow_with_what_happened()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _now += TimeSpan.FromHours(1);
            Try(SignInProof.Password, SignInFactor.Right, $"code {i}", $"device {i}", isFactorWanted: true);
            Try(SignInProof.WrongPassword, device: $"other {i}");
        }

        Assert.Equal((10, 10, 8), (_signIns.Devices.Length, _signIns.Times.Length, _signIns.Codes.Length));
        Assert.Equal("device 999", _signIns.Devices[^1].Digest);
    }

    private static void Repeat(int times, params Action[] what)
    {
        for (var i = 0; i < times; i++)
        {
            Array.ForEach(what, act => act());
        }
    }

    private SignInAnswer Try(
        SignInProof proof, SignInFactor factor = SignInFactor.Missing, string? code = null, string? device = "mine", string? country = null,
        SignInCrowd crowd = SignInCrowd.Few, bool isFactorWanted = false)
    {
        Take(_signIns.Attempt(Attempt(proof, factor, code, device, country, crowd, isFactorWanted), _now, out var answer));
        return answer;
    }

    private static SignInAttempt Attempt(
        SignInProof proof, SignInFactor factor = SignInFactor.Missing, string? code = null, string? device = null, string? country = null,
        SignInCrowd crowd = SignInCrowd.Few, bool isFactorWanted = false) =>
        new(proof, factor, isFactorWanted, code, device, "address", crowd, country);

    private int Events(SignInAttempt attempt)
    {
        var decision = _signIns.Attempt(attempt, _now, out _);
        Take(decision);
        return decision.Events.Length;
    }

    private void Take(Journal.Decision<SignInEvent> decision)
    {
        foreach (var @event in decision.Events)
        {
            _signIns = _signIns.Apply(@event);
        }
    }
}
