namespace Commerce;

/// <summary>Parts of the journal that are read apart from each other.</summary>
public static class JournalPartitions
{
    /// <summary>How many there are: a stream's events are all in one of them, numbered from 0.</summary>
    public const short Count = 8;
}
