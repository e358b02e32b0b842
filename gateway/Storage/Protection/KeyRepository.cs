using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace ExchangeGateway.Gateway.Storage.Protection;

/// <summary>
/// The key ring in <c>access.data_protection_key</c>. The role vault reads and adds; only the owner deletes. Synchronous, as the
/// framework asks: once a day and at start.
/// </summary>
internal sealed class KeyRepository(Databases databases, TimeProvider clock) : IDeletableXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => [.. Read().Select(r => r.Element)];

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = databases.Vault.CreateCommand("insert into access.data_protection_key (name, xml, created_at) values ($1, $2, $3)");
        command.Parameters.AddWithValue(friendlyName);
        command.Parameters.AddWithValue(element.ToString(SaveOptions.DisableFormatting));
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.ExecuteNonQuery();
    }

    public bool DeleteElements(Action<IReadOnlyCollection<IDeletableElement>> chooseElements)
    {
        var elements = Read();
        chooseElements(elements);
        var chosen = elements.Where(e => e.DeletionOrder is not null).OrderBy(e => e.DeletionOrder).Select(e => e.Name).ToArray();
        if (chosen.Length == 0)
            return true;
        using var command = databases.Owner.CreateCommand("delete from access.data_protection_key where name = any($1)");
        command.Parameters.AddWithValue(chosen);
        command.ExecuteNonQuery();
        return true;
    }

    private List<Stored> Read()
    {
        using var command = databases.Vault.CreateCommand("select name, xml from access.data_protection_key order by created_at, name");
        using var rows = command.ExecuteReader();
        List<Stored> all = [];
        while (rows.Read())
            all.Add(new(rows.GetString(0), XElement.Parse(rows.GetString(1))));
        return all;
    }

    private sealed record Stored(string Name, XElement Element) : IDeletableElement
    {
        public int? DeletionOrder { get; set; }
    }
}
