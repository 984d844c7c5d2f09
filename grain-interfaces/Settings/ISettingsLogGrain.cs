namespace Commerce.Settings;

/// <summary>What a settings document was set to, one time after the other; keyed by the document, <c>tax:GB</c>.</summary>
[Alias("commerce.ISettingsLog")]
public interface ISettingsLogGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes down what is about to be written, so that nothing changes unseen. Not repeatable: what was tried twice is there
    /// twice, and what was tried and failed is there as well.
    /// </summary>
    /// <param name="content">What was asked for, as JSON text.</param>
    [Alias("Record")]
    Task Record(string content);
}
