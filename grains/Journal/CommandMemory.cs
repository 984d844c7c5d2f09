namespace Commerce.Journal;

/// <summary>The ids of an entity's last commands: what makes repeating one harmless.</summary>
internal sealed class CommandMemory
{
    private readonly Dictionary<string, RememberedCommand> _byId = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldestFirst = new();

    /// <summary>The command of this id; null when it is new, forgotten or has no id.</summary>
    public RememberedCommand? Find(string? id) => id is null ? null : _byId.GetValueOrDefault(id);

    /// <summary>Remembers a command by its last event, which has its answer, and forgets the oldest above the limit.</summary>
    public void Remember(string? id, string? fingerprint, long version, int commandsMax)
    {
        if (id is null)
        {
            return;
        }

        if (!_byId.TryAdd(id, new(id, fingerprint, version)))
        {
            _byId[id] = _byId[id] with { Version = Math.Max(_byId[id].Version, version) };
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
            Remember(metadata.CommandId, metadata.Fingerprint, stored.Version, commandsMax);
        }
    }

    /// <summary>Starts from a snapshot.</summary>
    public void Load(RememberedCommand[] commands)
    {
        foreach (var command in commands)
        {
            Remember(command.Id, command.Fingerprint, command.Version, int.MaxValue);
        }
    }

    /// <summary>
    /// Those carried out up to a version, oldest first. A later one may not be durable yet, and whoever remembered it
    /// without its effect would answer its repetition wrongly.
    /// </summary>
    public RememberedCommand[] UpTo(long version) =>
        [.. _oldestFirst.Select(id => _byId[id]).Where(command => command.Version <= version)];
}

/// <summary>A command that an entity has carried out.</summary>
internal sealed record RememberedCommand(string Id, string? Fingerprint, long Version);

/// <summary>A grain that can be called at its journaled deadline.</summary>
[Alias("commerce.IWakeable")]
internal interface IWakeable : IGrainWithStringKey
{
    /// <summary>Does what is due, if anything is.</summary>
    [Alias("Wake")]
    Task Wake();
}
