using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using Microsoft.AspNetCore.Mvc;

namespace ExchangeGateway.Gateway.Pages.Seances;

/// <summary>A page of a session that is made to be printed; whatever may not be read does not exist.</summary>
internal abstract class PrintedPage<T> : PersonPage where T : class
{
    /// <summary>The session.</summary>
    [BindProperty(SupportsGet = true, Name = "id")]
    public Guid Id { get; set; }

    public T? Shown { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        if (await ReadAsync(ct) is not DeliveryOutcome<T>.Given given)
            return Refused(Catalogue.Introuvable);
        Shown = given.Value;
        return Page();
    }

    protected abstract Task<DeliveryOutcome<T>> ReadAsync(CancellationToken ct);
}
