using System.Text;
using ExchangeGateway.Adapters.SystemeEtat;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Adapters;

/// <summary>The file for the State's system: every column filled from the message, nothing that a spreadsheet would run.</summary>
public sealed class StateFileTests
{
    private static readonly MessageType Cdp = new(StateFile.Partner, "commandements-de-payer");

    [Fact]
    public void Writes_an_act_as_one_line_in_the_order_of_the_header()
    {
        var cells = Cells("""
            {"motif":"impayes","personnes":[{"nom":"D'Alembert-Lévêque","prenoms":"Anne; Sophie","dateNaissance":"1985-05-07"}],
             "logement":{"numero":"12 bis","voie":"rue de l'Essai","codePostal":"75011","codeCommune":"75111","commune":"Paris 11e"},
             "acte":{"referenceEtude":"2026-1","signifieLe":"2026-10-12"},"etude":{"nom":"Étude Exemple"},"dette":{"total":3210.5,"moisImpayes":4}}
            """);
        cells["type_acte"].ShouldBe("commissaires-de-justice/commandements-de-payer");
        cells["occupant1_nom"].ShouldBe("D'Alembert-Lévêque");
        cells["occupant1_prenoms"].ShouldBe("Anne; Sophie");
        cells["occupant1_date_naissance"].ShouldBe("07/05/1985");
        cells["acte_le"].ShouldBe("12/10/2026");
        cells["dette_totale"].ShouldBe("3210,50");
        cells["mois_impayes"].ShouldBe("4");
        cells["nombre_personnes"].ShouldBe("1");
        cells["numero_rg"].ShouldBe("");
    }

    [Fact]
    public void A_cell_that_a_spreadsheet_would_run_is_text() =>
        Cells("""{"personnes":[{"nom":"=1+1","prenoms":"-2"}],"acte":{},"etude":{}}""")["occupant1_nom"].ShouldBe("'=1+1");

    [Fact]
    public void A_deferred_hearing_is_the_date_that_counts() =>
        Cells("""{"personnes":[],"acte":{"audienceLe":"2026-12-01","renvoiAu":"2027-02-03"},"etude":{}}""")["audience_le"].ShouldBe("03/02/2027");

    private static Dictionary<string, string> Cells(string message)
    {
        var header = Encoding.UTF8.GetString(StateFile.Header()).TrimStart('\uFEFF').TrimEnd().Split(';');
        var line = Encoding.UTF8.GetString(StateFile.Line(Cdp, Encoding.UTF8.GetBytes(message))).TrimEnd('\r', '\n');
        var cells = new ExchangeGateway.Adapters.CsvText().Split(line).ShouldNotBeNull();
        cells.Count.ShouldBe(header.Length);
        return header.Zip(cells).ToDictionary(c => c.First, c => c.Second, StringComparer.Ordinal);
    }
}
