using System.Text;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Registers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Registre;

/// <summary>The register of art. 30 RGPD as a DPO reads and prints it: one sheet per treatment, in the order of the CNIL's model.</summary>
[Authorize(Policy = Policies.Journal)]
[Journalise(LogAction.None)]
internal sealed class IndexModel(RegistersInForce registers, TimeProvider clock) : PersonPage
{
    public Article30 Register { get; } = Article30.Of(registers.Current.Purposes, clock.GetUtcNow());

    public IActionResult OnGet() => Page();

    public IActionResult OnGetCsv() =>
        File(Encoding.UTF8.GetBytes(Article30Words.Csv(Register)), ConsulterRegistre.Csv + "; charset=utf-8", ConsulterRegistre.FileName(Register));
}
