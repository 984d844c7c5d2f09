using System.Reflection;
using System.Text.Json.Nodes;
using Commerce.Hosting;
using Commerce.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace Commerce;

/// <summary>Every document that was ever stored can be read for ever, by the serializer that the silo stores it with.</summary>
public sealed class DocumentTests
{
    private static readonly Dictionary<string, Type> Documents = typeof(EventTypes).Assembly.GetTypes()
        .SelectMany(type => type.GetConstructors())
        .SelectMany(constructor => constructor.GetParameters())
        .Where(parameter => parameter.ParameterType.IsGenericType
            && parameter.ParameterType.GetGenericTypeDefinition() == typeof(IPersistentState<>))
        .ToDictionary(
            parameter => parameter.GetCustomAttribute<PersistentStateAttribute>()!.StateName,
            parameter => parameter.ParameterType.GetGenericArguments()[0]);

    public static TheoryData<string> Names() => [.. Documents.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_document_is_read_as_it_was_first_stored(string name)
    {
        using var host = new HostBuilder().UseOrleans(silo => silo.UseLocalhostClustering().UseDocuments()).Build();
        var serializer = host.Services.GetRequiredService<IGrainStorageSerializer>();
        var file = Path.Combine(Golden.Folder("documents"), $"{name}.json");
        if (!File.Exists(file))
        {
            Assert.True(Golden.Accepts, $"There is no sample of {name} yet: run COMMERCE_ACCEPT=1 dotnet test, and review {file}.");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var made = Call(nameof(Write), serializer, Specimen.Of(Documents[name]));
            File.WriteAllText(file, Golden.Pretty(JsonNode.Parse(made)));
        }

        var stored = File.ReadAllText(file);

        var reread = Call(nameof(Reread), serializer, stored);

        Assert.True(
            Golden.Keeps(JsonNode.Parse(stored), JsonNode.Parse(reread)),
            $"{name} no longer reads what was stored.\n{Golden.Difference(Golden.Pretty(JsonNode.Parse(stored)), Golden.Pretty(JsonNode.Parse(reread)))}");

        string Call(string method, params object[] arguments) => (string)typeof(DocumentTests)
            .GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(Documents[name]).Invoke(null, arguments)!;
    }

    [Fact]
    public void A_document_that_was_stored_is_never_forgotten() => Assert.Subset(
        Documents.Keys.ToHashSet(),
        Directory.EnumerateFiles(Golden.Folder("documents"), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).ToHashSet());

    private static string Write<T>(IGrainStorageSerializer serializer, T state) => serializer.Serialize(state).ToString();

    private static string Reread<T>(IGrainStorageSerializer serializer, string stored) =>
        Write(serializer, serializer.Deserialize<T>(BinaryData.FromString(stored)));
}
