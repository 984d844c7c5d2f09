using System.Text.Json;
using Commerce.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Commerce;

/// <summary>The one way documents are written.</summary>
internal static class Documents
{
    /// <summary>
    /// Replaces a document, once the journal says who asked for what; when the write fails, the former one stays in hand.
    /// </summary>
    /// <param name="writer">The grain of the document.</param>
    /// <param name="asked">What it was asked to write.</param>
    public static async Task SaveAsync<T>(this IPersistentState<T> document, T next, Grain writer, object asked)
    {
        var log = writer.GrainContext.ActivationServices.GetRequiredService<IGrainFactory>().GetSettingsLog(writer.GetPrimaryKeyString());
        await log.Record(JsonSerializer.Serialize(asked, CommerceJson.Stored));
        var before = document.State;
        document.State = next;
        try
        {
            await document.WriteStateAsync();
        }
        catch
        {
            document.State = before;
            throw;
        }
    }
}
