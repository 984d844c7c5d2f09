using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Commerce.Identity.Tokens;

/// <summary>Seals what of a data-protection key is secret. Its name is in what it sealed: it keeps that, and a public constructor.</summary>
internal sealed class SealedXml(MasterKey master) : IXmlEncryptor, IXmlDecryptor
{
    private const string Purpose = "data-protection-key";
    private static readonly XNamespace Framework = "http://schemas.asp.net/2015/03/dataProtection";

    /// <summary>As the framework makes it, to open what it reads.</summary>
    public SealedXml(IServiceProvider services)
        : this(services.GetRequiredService<MasterKey>())
    {
    }

    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(
        new XElement("sealed", Convert.ToBase64String(master.Seal(
            Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting)), Purpose))),
        typeof(SealedXml));

    public XElement Decrypt(XElement encryptedElement) =>
        XElement.Parse(Encoding.UTF8.GetString(master.Open(Convert.FromBase64String(encryptedElement.Value), Purpose)));

    /// <summary>Seals what is still in clear of a stored key, just as the framework would have; false: nothing was.</summary>
    public bool Seal(XElement key)
    {
        var secrets = key.Descendants().Where(element => (bool?)element.Attribute(Framework + "requiresEncryption") is true).ToList();
        foreach (var secret in secrets)
        {
            var hidden = Encrypt(secret);
            secret.ReplaceWith(new XElement(
                Framework + "encryptedSecret",
                new XAttribute("decryptorType", hidden.DecryptorType.AssemblyQualifiedName!), hidden.EncryptedElement));
        }

        return secrets.Count > 0;
    }
}
