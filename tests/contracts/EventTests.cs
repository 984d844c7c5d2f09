using System.Text.Json.Nodes;
using Commerce.Journal;

namespace Commerce;

/// <summary>Every event that was ever journaled can be read for ever: one of each kind is kept as it was first written.</summary>
public sealed class EventTests
{
    public static TheoryData<string> Aliases() => [.. EventTypes.All.Select(type => type.Key).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Aliases))]
    public void An_event_is_read_as_it_was_first_written(string alias)
    {
        var file = Path.Combine(Golden.Folder("events"), $"{alias}.json");
        if (!File.Exists(file))
        {
            Assert.True(Golden.Accepts, $"There is no sample of {alias} yet: run COMMERCE_ACCEPT=1 dotnet test, and review {file}.");
            var made = Specimen.Of(EventTypes.All.Single(type => type.Key == alias).Value);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, Golden.Pretty(JsonNode.Parse(EventTypes.Encode(made).Data)));
        }

        var written = File.ReadAllText(file);

        var (type, data) = EventTypes.Encode(EventTypes.Decode(alias, written));

        Assert.Equal(alias, type);
        var reread = Golden.Pretty(JsonNode.Parse(data));
        Assert.True(
            Golden.Keeps(JsonNode.Parse(written), JsonNode.Parse(data)),
            $"""
            {alias} no longer reads what was journaled. An event may get members that old ones do without; one whose shape
            changes otherwise gets a new alias (….v2), and both classes stay.
            {Golden.Difference(Golden.Pretty(JsonNode.Parse(written)), reread)}
            """);
    }

    [Fact]
    public void An_event_that_was_journaled_is_never_forgotten()
    {
        var written = Directory.EnumerateFiles(Golden.Folder("events"), "*.json").Select(file => Path.GetFileNameWithoutExtension(file));

        Assert.Subset(EventTypes.All.Select(type => type.Key).ToHashSet(), written.ToHashSet());
    }
}
