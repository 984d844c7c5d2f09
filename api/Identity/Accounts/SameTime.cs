using Microsoft.Extensions.Options;

namespace Commerce.Identity.Accounts;

/// <summary>
/// Makes all answers about accounts take as long as one another, so that a clock tells nobody which addresses have one.
/// Stands before the turns that load is shed by: whoever waits here keeps nobody out.
/// </summary>
internal sealed class SameTime(IOptions<SignInOptions> options, TimeProvider time) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var began = time.GetTimestamp();
        var answer = await next(context);
        var left = options.Value.AnswersAfter - time.GetElapsedTime(began);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, context.HttpContext.RequestAborted);
        }

        return answer;
    }
}
