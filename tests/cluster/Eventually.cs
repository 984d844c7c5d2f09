namespace Commerce;

/// <summary>Waits for a condition, never for a time.</summary>
internal static class Eventually
{
    /// <summary>Asks until it is so; fails when it is not within the limit.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? limit = null)
    {
        var deadline = Environment.TickCount64 + (long)(limit ?? TimeSpan.FromSeconds(20)).TotalMilliseconds;
        while (!await condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "It did not become so in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }
}
