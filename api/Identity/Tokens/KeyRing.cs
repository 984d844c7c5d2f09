using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Commerce.Identity.Tokens;

/// <summary>
/// Keeps ASP.NET Core's data-protection keys where all front doors find them, sealed by the master key: cookies of one are
/// good at another, and who reads the database can forge none.
/// </summary>
internal sealed class KeyRing(NpgsqlDataSource database, MasterKey master) : IXmlRepository, IConfigureOptions<KeyManagementOptions>
{
    private readonly SealedXml _sealing = new(master);

    public void Configure(KeyManagementOptions options) => (options.XmlRepository, options.XmlEncryptor) = (this, _sealing);

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = database.OpenConnection();
        var rows = connection.Query<(string Name, string Xml)>("select name, xml from identity.data_protection_keys order by name");
        return [.. rows.Select(row => Sealed(connection, row.Name, XElement.Parse(row.Xml)))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var connection = database.OpenConnection();
        connection.Execute(
            "insert into identity.data_protection_keys (name, xml) values (@friendlyName, @xml) on conflict (name) do nothing",
            new { friendlyName, xml = Text(element) });
    }

    /// <summary>A key that was stored before there was a master key is sealed where it is.</summary>
    private XElement Sealed(NpgsqlConnection connection, string name, XElement key)
    {
        if (_sealing.Seal(key))
        {
            connection.Execute("update identity.data_protection_keys set xml = @xml where name = @name", new { name, xml = Text(key) });
        }

        return key;
    }

    private static string Text(XElement element) => element.ToString(SaveOptions.DisableFormatting);
}
