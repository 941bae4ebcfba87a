"""What the letters say, word by word, in a case worked out by hand."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from letter_case import CASE, Changes, base, changed, letter_of, letters_of, open_letter, shown, statuses, unsuited

from okosos_xl import api
from okosos_xl.brev.letters import Letters, Wanted
from okosos_xl.brev.make import make
from okosos_xl.commands.brev import PLANS
from okosos_xl.engine import get_engine
from okosos_xl.sak.load import case_from_data
from okosos_xl.template.compile import load_spec

APART: Changes = {"planform": "hver sin plan", "losning.a.belop": 1000, "losning.b.belop": 500}
NOTHING: Changes = {"losning.felles.metode": "nulldividende"}
OFFERS = {1: "1025.04", 2: "500.20", 3: "249.41", 4: "75.35"}
"""Example A: the first month of 1 850 kr, to the øre."""
HEAD = ["Fra | NAV Eksempel, Postboks 1, 1440 Drøbak", "Kontakt | Rådgiver R, 55 55 00 00", "Dato | Drøbak, 28.11.2026"]


def test_the_proposal_word_by_word() -> None:
    letter = letter_of("forslag", 1)
    assert letter.stem == "2026-0113-01-fjordbanken-forslag"
    assert shown(letter) == [
        "Forslag om betaling",
        "Vi tilbyr 1 025,04 kr i måneden fra desember 2026 til desember 2029, til sammen 37 400,00 kr, på krav 123456 "
        "fra Fjordbanken.",
        "Til | Innkrever AS, Storgata 1, 0101 Oslo",
        *HEAD,
        "Gjelder | Per, født 01.02.1985. Vår sak: 2026-0113",
        "Kravet | Fjordbanken. Deres referanse: 123456",
        "Tilbudet",
        "Kravet | 37400.00 | kr",
        "Første måned | 1025.04 | kr",
        "Planen begynner | 2026-12",
        "Siste betaling | 2029-12",
        "Betales i alt | 37400.00 | kr",
        "Ikke dekket | 0.00 | kr",
        "Grunnen",
        "Inntekten falt ved sykdom i 2025.",
        "Sykdommen varer.",
        "Det er satt av 1 850,00 kr til kreditorene den første måneden. Beløpet fordeles på 4 krav etter samme regel: "
        "etter størrelsen på kravene, uten renter. Kravet deres er 55,4 % av gjelden i planen. "
        "Budsjettet og oversikten over alle kravene er vedlagt.",
        "Hva som skjer videre",
        "Når planen er fullført, er kravet betalt.",
        "Vi ber om at renter stanses og at det ikke legges til omkostninger så lenge planen følges.",
        "Vi ber om svar innen 19.12.2026. Endrer økonomien seg vesentlig, får dere beskjed og et nytt forslag. Vi ber "
        "om at innkrevingen stilles i bero mens forslaget vurderes.",
        "Forslaget er ingen erkjennelse av krav som kan være foreldet, eller som det er uenighet om.",
        "Vennlig hilsen Rådgiver R, NAV Eksempel",
    ]


def test_the_annex_has_the_budget_and_every_creditor() -> None:
    lines = shown(letter_of("forslag", 1), 1)
    assert lines[1] == (
        "4 krav på til sammen 67 500,00 kr. Den første måneden får kreditorene 1 850,00 kr, og i alt 67 500,00 kr."
    )
    assert "Inntekt etter skatt | 45000.00" in lines
    assert "– boutgifter | 13000.00" in lines
    assert "Tilbys kreditorene den første måneden | 1850.00" in lines
    start = lines.index("Alle kravene i planen")
    assert lines[start + 2 :] == [
        "Sum | 67500.00 | 1850.00 | 67500.00",
        "Fjordbanken | 37400.00 | 0.55 | 1025.04 | 37400.00 | 2029-12",
        "Kredittkort Nord | 18250.50 | 0.27 | 500.20 | 18250.50 | 2029-12",
        "=1+1 | 9100.00 | 0.13 | 249.41 | 9100.00 | 2029-12",
        "Kraftlaget | 2749.50 | 0.04 | 75.35 | 2749.50 | 2029-12",
    ]


def test_all_the_offers_are_together_what_the_plan_pays() -> None:
    letters = letters_of("forslag")
    assert {row for _, row in letters} == set(OFFERS)
    for (_, row), letter in letters.items():
        assert f"Første måned | {OFFERS[row]} | kr" in shown(letter)

    def sum_of(label: str) -> Decimal:
        lines = [line for letter in letters.values() for line in shown(letter) if line.startswith(label)]
        return sum((Decimal(line.split(" | ")[1]) for line in lines), Decimal(0))

    assert sum_of("Første måned") == Decimal("1850.00")
    assert sum_of("Betales i alt") == Decimal("67500.00")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("oppgave", "Vi ber om en spesifisert oppgave over krav 123456 fra Fjordbanken innen 19.12.2026."),
        ("utsettelse", "Vi ber om at krav 123456 fra Fjordbanken stilles i bero til 28.03.2027, i 4 måneder."),
        ("apning", "Per ønsker en frivillig løsning for all gjeld. Vi ber dere delta, og svare innen 19.12.2026."),
        (
            "purring",
            "Vi har ikke fått svar på forslaget om krav 123456 fra Fjordbanken. Vi ber om svar innen 19.12.2026.",
        ),
    ],
)
def test_the_other_letters_say_what_they_want_first(kind: str, sentence: str) -> None:
    lines = shown(letter_of(kind, 1))
    assert lines[1] == sentence
    assert lines[3:6] == HEAD
    assert lines[-1] == "Vennlig hilsen Rådgiver R, NAV Eksempel"
    assert any("ingen erkjennelse" in line for line in lines)


def test_each_gets_the_plan_of_those_who_owe_the_claim() -> None:
    """Separate plans: A's for A's claims, B's for B's, and both for the joint one."""
    letters = letters_of("forslag", changes=APART)
    # A: 37 400, 9 100 and 2 749.50 share 1 000; B: 18 250.50 and 2 749.50 share 500.
    assert "Første måned | 759.40 | kr" in shown(letters["forslag", 1])
    assert "Første måned | 184.77 | kr" in shown(letters["forslag", 3])
    assert "Første måned | 434.54 | kr" in shown(letters["forslag", 2])
    joint = shown(letters["forslag", 4])
    assert "Første måned | 121.29 | kr" in joint  # 55.83 + 65.46
    assert any(line.startswith("Per betaler 55,83 kr og Kari betaler 65,46 kr den første måneden.") for line in joint)
    assert "Betales i alt | 2749.50 | kr" in joint  # never more than the claim
    assert joint[6] == "Gjelder | Per, født 01.02.1985, og Kari, født 05.03.1987. Vår sak: 2026-0113"
    only_a = shown(letters["forslag", 1], 1)
    assert not any("Kredittkort Nord" in line for line in only_a)
    assert "Inntekt etter skatt | 27000.00" in only_a


def test_the_plan_can_be_chosen_for_this_time_only() -> None:
    only_b = letters_of("forslag", changes=APART | dict(PLANS["b"]))
    assert {row for _, row in only_b} == {2, 4}
    assert "Første måned | 65.46 | kr" in shown(only_b["forslag", 4])
    joint = letters_of("forslag", changes=APART | dict(PLANS["felles"]))
    assert {row for _, row in joint} == {1, 2, 3, 4}


def test_what_is_not_paid_in_the_time_of_the_plan_is_asked_to_be_written_off() -> None:
    short: Changes = {"losning.felles.belop": 1000, "losning.felles.lopetid": 12}
    lines = shown(letter_of("forslag", 1, short))
    # 12 months of 1 000: 55.4074 % of it, 554.07 a month, to a claim of 37 400.
    assert "Betales i alt | 6648.84 | kr" in lines
    assert "Når planen er fullført, ber vi om at resten, 30 751,16 kr, avskrives." in lines


def test_a_lump_sum_is_offered_as_one() -> None:
    lump: Changes = {"losning.felles.metode": "akkord eller engangsoppgjør", "losning.felles.engangsbelop": 13500}
    lines = shown(letter_of("forslag", 1, lump))
    assert lines[1] == "Vi tilbyr 7 480,00 kr som ett oppgjør i desember 2026 på krav 123456 fra Fjordbanken."
    assert any(
        line.startswith("Når oppgjøret er betalt, ber vi om at resten, 29 920,00 kr, avskrives.") for line in lines
    )


def test_without_anything_to_offer_the_letter_says_when_it_is_looked_at_again() -> None:
    letters = letters_of(changes=NOTHING)
    assert {kind for kind, _ in letters} == {"nulldividende"}
    lines = shown(letters["nulldividende", 2])
    assert lines[1] == "Det kan ikke betales noe på krav KK-22 nå. Vi vurderer det på nytt 28.05.2027."
    assert "•  at kravet stilles i bero til 28.05.2027" in lines
    assert "Tilbys kreditorene den første måneden | 0.00" in shown(letters["nulldividende", 2], 1)


def test_a_new_period_is_told_with_both_amounts_and_the_reason() -> None:
    changes = APART | {
        ("perioder_a.fra", 1): date(2027, 6, 1),
        ("perioder_a.belop", 1): 2000,
        ("perioder_a.grunn", 1): "billånet er betalt",
    }
    letters = letters_of("endring", changes=changes)
    lines = shown(letters["endring", 1])
    assert lines[1].startswith("Fra juni 2027 endres betalingen på krav 123456 fra Fjordbanken fra 759,4")
    assert "til 1 518,8" in lines[1]
    assert "Grunnen er: billånet er betalt." in lines
    assert ("endring", 2) not in letters  # B's plan is the same as before
    proposal = shown(letter_of("forslag", 1, changes))
    assert ", med endringer som i vedlegget, til " in proposal[1]
    annex = shown(letters["endring", 1], 1)
    assert "Beløpet til kreditorene endres til 2 000,00 kr fra juni 2027." in annex


def test_the_summary_for_the_client_says_amount_end_and_answers() -> None:
    answers = ("akseptert", "avslått", "motforslag")
    changes: Changes = {("krav.svar", row): answer for row, answer in enumerate(answers, 1)}
    letters = letters_of("oppsummering", changes=changes)
    assert set(letters) == {("oppsummering", 3)}
    lines = shown(letters["oppsummering", 3])
    assert lines[1] == "Du betaler 1 850,00 kr i måneden på gjelden, til og med desember 2029."
    assert lines[2] == "Til | Per og Kari"
    assert "Fjordbanken | 1025.04 | 2029-12 | ja" in lines
    assert "Kredittkort Nord | 500.20 | 2029-12 | nei" in lines
    assert "=1+1 | 249.41 | 2029-12 | vil ha noe annet" in lines
    assert "Kraftlaget | 75.35 | 2029-12 | venter på svar" in lines


def test_the_reminder_goes_only_to_those_who_have_not_answered() -> None:
    letters = letters_of("purring", changes={("krav.svar", 2): "akseptert"})
    assert set(letters) == {("purring", 1)}  # 3 and 4 have not been sent anything
    assert any("Forslaget ble sendt 01.11.2026" in line for line in shown(letters["purring", 1]))


def test_a_claim_that_a_letter_does_not_suit_is_named() -> None:
    outside: Changes = {("krav.med", 1): "nei"}
    (one,) = unsuited("forslag", rows=(1, 2), changes=outside)
    assert (one.row, one.kind) == (1, "forslag")
    assert set(letters_of("forslag", rows=(1, 2), changes=outside)) == {("forslag", 2)}


def test_the_advisors_own_words_go_before_the_greeting() -> None:
    lines = shown(letter_of("forslag", 2, {"brev_forslag.egne": "Vi kan møtes 3. desember.\nRing gjerne."}))
    assert lines[-2:] == ["Vi kan møtes 3. desember.\nRing gjerne.", "Vennlig hilsen Rådgiver R, NAV Eksempel"]


def test_a_letter_holds_itself_and_nothing_more() -> None:
    letter = letter_of("purring", 1, {"husstand_id": "HEMMELIG-1", "forrige_sak": "HEMMELIG-2"})
    book = open_letter(letter)
    assert [ws.title for ws in book.worksheets] == ["Brev purring"]
    assert [ws.sheet_state for ws in book.worksheets] == ["visible"]
    assert not any(c.data_type == "f" for ws in book.worksheets for row in ws.iter_rows() for c in row)
    with zipfile.ZipFile(io.BytesIO(letter.data)) as archive:
        everything = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    for secret in ("HEMMELIG", "Kredittkort Nord", "Kraftlaget", "Kari", "=1+1", "okosos", "Utenfor utskriften"):
        assert secret not in everything, secret
    assert re.search(r"<dc:creator></dc:creator>", everything)
    assert "<dataValidation" not in everything
    assert "<f>" not in everything


def test_text_that_looks_like_a_formula_stays_text() -> None:
    letter = letter_of("forslag", 3)
    assert letter.stem == "2026-0113-03-1-1-forslag"
    cells = [c for ws in open_letter(letter).worksheets for row in ws.iter_rows() for c in row if c.value == "=1+1"]
    assert cells
    raw = zipfile.ZipFile(io.BytesIO(letter.data))
    assert all("<f>" not in raw.read(n).decode() for n in raw.namelist() if n.startswith("xl/worksheets/"))


def test_the_footer_has_the_case_number_and_the_pages() -> None:
    for ws in open_letter(letter_of("forslag", 1)).worksheets:
        assert "2026-0113" in ws.oddFooter.left.text
        assert ws.oddFooter.right.text == "side &P av &N"
        assert ws.page_setup.paperSize == "9" or ws.page_setup.paperSize == 9
        assert ws.page_setup.orientation == "portrait"


def test_the_same_case_gives_the_same_bytes() -> None:
    assert [m.data for m in letters_of("forslag").values()] == [m.data for m in letters_of("forslag").values()]


@pytest.mark.parametrize("engine", ["formualizer", "ironcalc"])
def test_the_sheets_say_the_same_as_the_letters(engine: str) -> None:
    """What the advisor sees in the workbook is what is sent, in every engine."""
    values = get_engine(engine).evaluate(base())
    for kind, title in (("forslag", "Brev forslag"), ("oppgave", "Brev oppgave"), ("purring", "Brev purring")):
        assert values[title][1][0] == shown(letter_of(kind, 1))[1]
    assert values["Vedlegg"][1][0] == shown(letter_of("forslag", 1), 1)[1]
    assert values["Brev til bruker"][1][0] == shown(letter_of("oppsummering", 3))[1]


@pytest.mark.parametrize(("kind", "row"), [("forslag", 4), ("oppgave", 2)])
def test_a_letter_after_other_letters_is_what_a_workbook_computed_from_the_beginning_says(kind: str, row: int) -> None:
    """The letters come from a workbook held open; no cell may depend on the letters that were read before it."""
    with changed() as letters:
        wanted = letters.kinds[kind]
        suited = [(number, name) for number, name, _ in letters.rows(wanted)]
        letter = next(one for one in letters.letters(wanted, suited) if one.row == row)
    case = CASE | dict.fromkeys(wanted.chosen, letter.name)
    sak = case_from_data(case, load_spec("gjeldsradgivning"))
    fresh = api.read_full(api.generate("gjeldsradgivning", sak), name="ny.xlsx")
    cells = 0
    for sheet, values in letter.sheets:
        for region in sheet.regions:
            at = fresh.layout.regions[region.id]
            there = fresh.package.sheet(at.sheet).values
            places = [(at.row + i, at.col + j) for j in range(at.ncols) for i in range(at.nrows)]
            said = ["" if value is None else value for value in values[region.id]]
            assert said == [there.get(place, "") for place in places], region.id
            cells += len(places)
    assert cells >= 15


ADDRESSED: Changes = {("brevmottakere.epost", row): "a@b.example" for row in (3, 4)}


def found(changes: Changes) -> set[str]:
    """The codes of the checks on letters that have something to say."""
    return {code for code, status in statuses(ADDRESSED | changes).items() if code[:2] == "GB" and status != "i orden"}


def test_a_case_that_is_in_order_has_nothing_to_put_right() -> None:
    assert found({}) == set()


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("GB100", {"brev_svarfrist": date(2026, 11, 28)}),
        ("GB101", {"brev_svarfrist": date(2026, 12, 3)}),
        ("GB102", {"brev_svarfrist": "jul"}),
        ("GB103", {("brevmottakere.sendt", 1): date(2026, 12, 24)}),
        ("GB104", {"brev_utsettelse_maaneder": 0}),
        ("GB200", {("brevmottakere.epost", 3): None}),
        ("GB201", {("krav.forfall", 1): date(2020, 1, 1)}),
        ("GB202", {"brev_forslag.valgt": "9 Ukjent"}),
        ("GB203", {("krav.omtvistet", 1): "ja"}),
        ("GB204", {"kontakt": None}),
        ("GB400", NOTHING | {"oppfolgingsdato": None}),
        ("GB401", NOTHING | {"oppfolgingsdato": date(2026, 11, 1)}),
    ],
)
def test_what_should_be_put_right_before_a_letter_goes_out(code: str, changes: Changes) -> None:
    assert found(changes) == {code}


def test_an_empty_form_has_nothing_to_say_about_letters() -> None:
    empty = api.generate("gjeldsradgivning", case_date=date(2026, 11, 28))
    assert not [f.code for f in api.validate(empty).findings if f.code.startswith("GB")]
    assert list(make(Letters(empty, name="tom.xlsx"), Wanted())) == []
