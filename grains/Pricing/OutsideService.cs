using System.Text.Json;

namespace Commerce.Pricing;

/// <summary>
/// Asks somebody outside our processes for a number, and does without when there is no good answer in time. One per silo:
/// after a failure the service is left alone for a while, so that an outage costs one timeout and not one per cart.
/// </summary>
/// <param name="ask">The call.</param>
/// <param name="fault">What is wrong with an answer; null: nothing.</param>
/// <param name="timeout">How long an answer may take.</param>
/// <param name="rest">How long the service is left alone after a failure.</param>
internal sealed partial class OutsideService<TQuestion, TAnswer>(
    string name,
    Func<TQuestion, CancellationToken, Task<TAnswer>> ask,
    Func<TQuestion, TAnswer, string?> fault,
    TimeSpan timeout,
    TimeSpan rest,
    TimeProvider time,
    ILogger log)
    where TAnswer : class
{
    private long _restsUntilTicks;

    /// <summary>The question as text: the same question has the same.</summary>
    public static string KeyOf(TQuestion question) => JsonSerializer.Serialize(question, CommerceJson.Stored);

    /// <summary>The answer, or why there is none. Never throws.</summary>
    public async Task<OutsideAnswer<TAnswer>> AskAsync(TQuestion question)
    {
        var key = KeyOf(question);
        if (time.GetUtcNow().UtcTicks < Volatile.Read(ref _restsUntilTicks))
        {
            return new(key, null, OutsideFailure.Unavailable);
        }

        try
        {
            using var deadline = new CancellationTokenSource(timeout, time);
            var answer = await ask(question, deadline.Token).WaitAsync(timeout, time);
            if (fault(question, answer) is not { } wrong)
            {
                return new(key, answer, null);
            }

            LogWrong(name, wrong);
            return new(key, null, OutsideFailure.Wrong);
        }
#pragma warning disable CA1031 // Whatever an outside service may throw: the shop sells without it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _restsUntilTicks, (time.GetUtcNow() + rest).UtcTicks);
            LogUnavailable(name, failure.GetType().Name);
            return new(key, null, OutsideFailure.Unavailable);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Service} did not answer: {Failure}")]
    private partial void LogUnavailable(string service, string failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Service} answered wrongly: {Fault}")]
    private partial void LogWrong(string service, string fault);
}

/// <summary>What came of a question.</summary>
/// <param name="Question">The question as text; the answer is good for no other.</param>
/// <param name="Answer">Null when there is none.</param>
/// <param name="Failure">Why there is none.</param>
internal sealed record OutsideAnswer<TAnswer>(string Question, TAnswer? Answer, OutsideFailure? Failure)
    where TAnswer : class;

/// <summary>Why there is no answer.</summary>
internal enum OutsideFailure
{
    /// <summary>Nobody answered in time.</summary>
    Unavailable,

    /// <summary>The answer cannot be true.</summary>
    Wrong,
}
