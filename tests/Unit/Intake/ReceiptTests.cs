using System.Text.Json;
using ExchangeGateway.Gateway.Intake;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Unit.Intake;

public sealed class ReceiptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("egt-receipt").FullName;
    private readonly PromiseSigner _signer;
    private readonly Receipt _receipt = new()
    {
        Depot = Guid.CreateVersion7(),
        RecuLe = new(2026, 2, 3, 9, 0, 0, TimeSpan.Zero),
        Drapeaux = [],
        Promesse = "",
        Liens = new("/v1/depots/1", "/v1/depots/1/preuve"),
    };

    public ReceiptTests() => _signer = new(_folder, new EphemeralDataProtectionProvider());

    public void Dispose()
    {
        _signer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Of_a_batchs_line_it_is_signed_when_it_is_read()
    {
        var promise = new Promise { Depot = _receipt.Depot, Empreinte = "e", Expediteur = "caf-75", Type = "caf/impayes", RecuLe = _receipt.RecuLe, Feuille = "f", Origine = "o" };
        var kept = JsonSerializer.SerializeToUtf8Bytes(new LineReceipt(_receipt, promise), IntakeJson.Default.LineReceipt);

        var read = Receipt.Read(kept, _signer);

        read.Depot.ShouldBe(_receipt.Depot);
        read.Promesse.Split('.').Length.ShouldBe(3);
    }

    [Fact]
    public void Signed_already_it_is_read_as_it_was_whether_of_a_line_or_not()
    {
        var kept = JsonSerializer.SerializeToUtf8Bytes(_receipt with { Promesse = "a.b.c" }, IntakeJson.Default.Receipt);

        var read = Receipt.Read(kept, _signer);

        read.Depot.ShouldBe(_receipt.Depot);
        read.Promesse.ShouldBe("a.b.c");
    }
}
