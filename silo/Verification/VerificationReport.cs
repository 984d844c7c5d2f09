using System.Globalization;
using System.Text;
using Npgsql;

namespace Commerce.Verification;

/// <summary>What was read and what was wrong: counts, and of each broken rule the first event.</summary>
internal sealed class VerificationReport
{
    private readonly SortedDictionary<string, (long Streams, long Events)> _categories = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _notUnderstood = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Violation First, long Count)> _violations = [];
    private readonly List<(string Name, string Unit, long Count, long? Sum)> _figures = [];

    /// <summary>Events read.</summary>
    public long Events => _categories.Values.Sum(category => category.Events);

    /// <summary>Streams of which nothing is proved beyond an event of an unknown kind, by that kind.</summary>
    public IReadOnlyDictionary<string, long> NotUnderstood => _notUnderstood;

    /// <summary>Of each broken rule the first event, in the order of the journal.</summary>
    public IReadOnlyList<Violation> Violations =>
        [.. _violations.Values.Select(broken => broken.First).OrderBy(violation => violation.Position)];

    /// <summary>The first event that breaks a rule; null when all hold.</summary>
    public Violation? First => Violations is [var first, ..] ? first : null;

    /// <summary>Notes what is wrong.</summary>
    public void Add(Violation violation)
    {
        var (first, count) = _violations.GetValueOrDefault(violation.Rule.Code, (violation, 0));
        _violations[violation.Rule.Code] = (violation.Position < first.Position ? violation : first, count + 1);
    }

    /// <summary>Notes a stream.</summary>
    public void CountStream(string category)
    {
        var (streams, events) = _categories.GetValueOrDefault(category);
        _categories[category] = (streams + 1, events);
    }

    /// <summary>Notes an event.</summary>
    public void CountEvents(string category, int count)
    {
        var (streams, events) = _categories.GetValueOrDefault(category);
        _categories[category] = (streams, events + count);
    }

    /// <summary>Notes a stream that ends for us with an event of this kind.</summary>
    public void CountNotUnderstood(string type) => _notUnderstood[type] = _notUnderstood.GetValueOrDefault(type) + 1;

    /// <summary>Looks up the sums that a person would compare.</summary>
    public async Task AddFiguresAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(JournalRules.Text("figures"), connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            long? sum = reader.IsDBNull(3) ? null : reader.GetInt64(3);
            _figures.Add((reader.GetString(0), reader.GetString(1), reader.GetInt64(2), sum));
        }
    }

    /// <summary>One page.</summary>
    public override string ToString()
    {
        var page = new StringBuilder();
        foreach (var (category, (streams, events)) in _categories)
        {
            Line($"{category,-32}{streams,14:n0} streams{events,16:n0} events");
        }

        Line($"{"",-32}{_categories.Values.Sum(category => category.Streams),14:n0} streams{Events,16:n0} events");
        Line($"");
        foreach (var (name, unit, count, sum) in _figures)
        {
            Line($"{name,-32}{count,14:n0}{(sum is { } whole ? $"{whole,24:n0} {unit}" : $" {unit}")}");
        }

        foreach (var (type, streams) in _notUnderstood)
        {
            Line($"not understood: {type}; nothing is proved of {streams:n0} streams from there on");
        }

        Line($"");
        foreach (var violation in Violations)
        {
            var (_, count) = _violations[violation.Rule.Code];
            Line($"BROKEN {violation.Rule.Code} ({count:n0} times): {violation.Rule.Sentence}");
            Line($"       first at {violation.Where}: {violation.What}");
        }

        Line(First is { } first
            ? $"{_violations.Count} of {JournalRules.All.Length} rules are broken, first {first.Rule.Code} at {first.Where}"
            : (FormattableString)$"{JournalRules.All.Length} rules hold");
        return page.ToString();

        void Line(FormattableString text) => page.AppendLine(text.ToString(CultureInfo.InvariantCulture));
    }
}
