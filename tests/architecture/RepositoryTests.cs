using System.Xml.Linq;

namespace Commerce;

public sealed class RepositoryTests
{
    private static readonly HashSet<string> TopLevel =
    [
        "silo", "api", "grains", "grain-interfaces", "tests", "deploy", "Commerce.sln", "README.md",

        // Configuration that the SDK, git and editors look for there.
        ".ci", ".editorconfig", ".gitignore", ".gitattributes", ".dockerignore", "BannedSymbols.txt",
        "Directory.Build.props", "Directory.Packages.props", "global.json",
    ];

    // What is not in git.
    private static readonly HashSet<string> Ignored = [".git", ".data", ".vs", ".idea", "TestResults", "node_modules"];

    [Fact]
    public void The_top_level_is_fixed() => Assert.Subset(
        TopLevel,
        Directory.EnumerateFileSystemEntries(Code.Repository).Select(path => Path.GetFileName(path))
            .Where(name => !Ignored.Contains(name) && !name.EndsWith(".user", StringComparison.Ordinal)).ToHashSet());

    [Theory]
    [InlineData("grain-interfaces")]
    [InlineData("grains", "grain-interfaces")]
    [InlineData("api", "grain-interfaces")]
    [InlineData("silo", "grains", "api")]
    public void References_point_one_way(string project, params string[] to)
    {
        var file = Directory.EnumerateFiles(Path.Combine(Code.Repository, project), "*.csproj").Single();

        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/').Split('/')[^2]);

        Assert.Equal(to.Order(), references.Order());
    }

    [Fact]
    public void Neither_the_front_door_nor_the_protocol_sees_the_grains()
    {
        Assert.DoesNotContain(Code.Api.GetReferencedAssemblies(), name => name.Name is "Commerce.Grains" or "Commerce.Silo");
        Assert.DoesNotContain(Code.Grains.GetReferencedAssemblies(), name => name.Name is "Commerce.Api" or "Commerce.Silo");
    }
}
