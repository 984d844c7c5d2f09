namespace Commerce.Journal;

/// <summary>The ids of an entity's last commands: what makes repeating one harmless.</summary>
internal sealed class CommandMemory
{
    private readonly Dictionary<string, RememberedCommand> _byId = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldestFirst = new();

    /// <summary>The command of this id; null when it is new, forgotten or has no id.</summary>
    public RememberedCommand? Find(string? id) => id is null ? null : _byId.GetValueOrDefault(id);

    /// <summary>Remembers a command, and forgets the oldest above the limit.</summary>
    public void Remember(string? id, string? fingerprint, int commandsMax)
    {
        if (id is null || !_byId.TryAdd(id, new(id, fingerprint)))
        {
            return;
        }

        _oldestFirst.Enqueue(id);
        while (_oldestFirst.Count > commandsMax)
        {
            _byId.Remove(_oldestFirst.Dequeue());
        }
    }

    /// <summary>Remembers the command that an event answered.</summary>
    public void Remember(JournalEvent stored, int commandsMax)
    {
        if (stored.Metadata.Contains("\"command_id\"", StringComparison.Ordinal))
        {
            var metadata = stored.DecodeMetadata();
            Remember(metadata.CommandId, metadata.Fingerprint, commandsMax);
        }
    }

    /// <summary>Starts from a snapshot.</summary>
    public void Load(RememberedCommand[] commands)
    {
        foreach (var command in commands)
        {
            Remember(command.Id, command.Fingerprint, int.MaxValue);
        }
    }

    /// <summary>All that is remembered, oldest first.</summary>
    public RememberedCommand[] ToArray() => [.. _oldestFirst.Select(id => _byId[id])];
}

/// <summary>A command that an entity has carried out.</summary>
internal sealed record RememberedCommand(string Id, string? Fingerprint);

/// <summary>A grain that can be called at its journaled deadline.</summary>
[Alias("commerce.IWakeable")]
internal interface IWakeable : IGrainWithStringKey
{
    /// <summary>Does what is due, if anything is.</summary>
    [Alias("Wake")]
    Task Wake();
}
