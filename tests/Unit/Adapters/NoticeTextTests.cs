using ExchangeGateway.Adapters;
using ExchangeGateway.Unit.Law;

namespace ExchangeGateway.Unit.Adapters;

/// <summary>Which notice an attachment holds: up to date, old, missing, illegible; when in doubt, never old.</summary>
public class NoticeTextTests
{
    private static readonly DateOnly Acte = new(2026, 11, 3);
    private static readonly string[] Titles = ["Document d'information"];

    private static readonly NoticeVersion[] Connues =
    [
        new("n-2019", new(2019, 1, 1), new(2023, 12, 31)) { Marques = ["Réf. n-2019"], Intitules = Titles, Empreintes = [new string('a', 64)] },
        new("n-2024", new(2024, 1, 1), null) { Marques = ["Réf. n-2024", "Édition de janvier 2024"], Intitules = Titles, Empreintes = [new string('b', 64)] },
    ];

    private const string Act = "Commandement de payer visant la clause résolutoire, signifié à l'étude, loyer de 850 euros.";
    private const string Notice = "Document d’information sur la prévention des expulsions : vos droits, vos interlocuteurs. ";

    private static string Read(string[] pages, bool own = false, DateOnly? acte = null) =>
        NoticeText.ParTexte(pages, own, Connues, acte ?? Acte, ShippedLaw.France.Helplines).Constat.Code;

    [Theory]
    [InlineData("Réf. n-2024", "noticeAJour")]
    [InlineData("REF.  N-2024", "noticeAJour")]
    [InlineData("Ref.\nn‑2024", "noticeAJour")]
    [InlineData("edition de   JANVIER\u00A02024", "noticeAJour")]
    [InlineData("Réf. n-2019", "noticeAncienne")]
    [InlineData("Réf. n-2024, remplace la réf. n-2019", "noticeAJour")]
    [InlineData("Réf. n-2026", "noticeInconnue")]
    public void The_version_is_read_from_its_mark_whatever_the_typesetting(string mark, string flag)
    {
        Read([Act, Notice + mark]).ShouldBe(flag);
        Read([Notice + mark], own: true).ShouldBe(flag);
    }

    [Fact]
    public void A_version_is_judged_at_the_date_of_the_act()
    {
        Read([Act, Notice + "Réf. n-2019"], acte: new(2023, 12, 31)).ShouldBe("noticeAJour");
        Read([Act, Notice + "Réf. n-2019"], acte: new(2024, 1, 1)).ShouldBe("noticeAncienne");
        Read([Act, Notice + "Réf. n-2024"], acte: new(2023, 12, 31)).ShouldBe("noticeInconnue");
    }

    [Fact]
    public void An_act_whose_every_page_is_read_and_that_names_no_notice_has_none() => Read([Act, Act]).ShouldBe("noticeAbsente");

    [Fact]
    public void A_page_that_is_an_image_may_be_the_notice_so_it_is_neither_missing_nor_old()
    {
        Read([Act, ""]).ShouldBe("noticeIllisible");
        Read([Act, " 2 / 2 "]).ShouldBe("noticeIllisible");
        Read([""]).ShouldBe("noticeIllisible");
        Read([]).ShouldBe("noticeIllisible");
        Read([""], own: true).ShouldBe("noticeIllisible");
        // What can be read of it is enough when the mark is there.
        Read(["", Notice + "Réf. n-2019"]).ShouldBe("noticeAncienne");
    }

    [Fact]
    public void A_file_is_known_by_its_digest()
    {
        NoticeText.ParEmpreinte(new string('b', 64), Connues, Acte).ShouldBe(new NoticeLue(Drapeaux.NoticeAJour, "n-2024"));
        NoticeText.ParEmpreinte(new string('a', 64), Connues, Acte)!.Constat.ShouldBe(Drapeaux.NoticeAncienne);
        NoticeText.ParEmpreinte(new string('c', 64), Connues, Acte).ShouldBeNull();
    }

    [Theory]
    [InlineData("0 805 299 049", false)]
    [InlineData("0805299049", false)]
    [InlineData("+33 805 299 049", false)]
    [InlineData("0805 299 249", true)] // the second number of the leaflet, which nobody has verified
    [InlineData("0 810 001 505", true)] // the number of before June 2024
    [InlineData("08 05 29 90 94", true)]
    [InlineData("01 99 00 12 34", false)] // another office's
    [InlineData("", false)]
    public void A_wrong_number_of_the_helpline_is_seen(string number, bool wrong) =>
        NoticeText.ParTexte([Act, Notice + "Réf. n-2024. Appelez le " + number + "."], false, Connues, Acte, ShippedLaw.France.Helplines).NumeroErrone.ShouldBe(wrong);

    [Fact]
    public void The_number_that_was_right_at_the_date_of_the_act_stays_right() =>
        NoticeText.ParTexte([Notice + "Réf. n-2024. 0810 001 505"], true, Connues, new(2024, 3, 1), ShippedLaw.France.Helplines).NumeroErrone.ShouldBeFalse();

    [Fact]
    public void A_number_in_the_act_before_the_notice_is_the_offices_own() =>
        NoticeText.ParTexte([Act + " Étude : 0805 123 456.", Notice + "Réf. n-2024"], false, Connues, Acte, ShippedLaw.France.Helplines).NumeroErrone.ShouldBeFalse();

    [Fact]
    public void A_territory_that_has_given_no_mark_concludes_nothing_from_a_text()
    {
        NoticeText.Connaissable(Connues).ShouldBeTrue();
        NoticeText.Connaissable([new("n", Acte, null)]).ShouldBeFalse();
        NoticeText.Connaissable([]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("", "acte:noticeAncienne", "noticeAncienne")]
    [InlineData("noticeAncienne", "acte:noticeAJour", "noticeAJour")]
    [InlineData("noticeInconnue", "acte:noticeIllisible", "noticeIllisible")]
    [InlineData("", "acte:noticeIllisible", "")] // declared up to date, and the scan says nothing else
    [InlineData("noticeAncienne", "acte:noticeIllisible", "noticeAncienne")]
    [InlineData("", "acte:noticeInconnue", "noticeInconnue")]
    [InlineData("noticeAncienne", "acte:noticeInconnue", "noticeAncienne")]
    [InlineData("noticeInconnue", "acte:noticeAbsente", "noticeAbsente")]
    [InlineData("noticeInconnue", "acte:noticeAbsente notice:noticeAJour", "noticeAJour")]
    [InlineData("noticeInconnue", "acte:noticeAbsente notice:noticeIllisible", "noticeIllisible")]
    [InlineData("noticeInconnue", "acte:noticeAJour notice:noticeIllisible", "noticeAJour")]
    [InlineData("telephoneAbsent noticeAbsente", "notice:noticeAncienne notice:numeroAideErrone", "telephoneAbsent noticeAncienne numeroAideErrone")]
    [InlineData("telephoneAbsent", "", "telephoneAbsent")]
    public void What_was_seen_is_stronger_than_what_was_said_and_what_was_not_readable_takes_nothing_away(string said, string seen, string kept) =>
        string.Join(' ', DrapeauxRetenus.De(said.Split(' ', StringSplitOptions.RemoveEmptyEntries), seen.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ShouldBe(kept);
}
