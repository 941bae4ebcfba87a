"""Long names and reasons: every paragraph has the room it needs on the sheet in the workbook."""

from __future__ import annotations

from letter_case import Changes, changed

from okosos_xl.template import arial

LONG: Changes = {
    "kontor": "Arbeids- og velferdsetaten i Eksempel og Nabo kommuner, økonomisk rådgivning",
    "brev_adresse": "Postboks 1234 Sentrum",
    "raadgiver": "Rådgiver Fornavn Mellomnavn Etternavnsen-Dobbeltnavn",
    "kontakt": "55 55 00 00 og 99 99 99 99, okonomiraadgivning@kommune.example",
    "brev_fullmakt": "ja",
    "brev_grunn_1": "Inntekten falt da den ene i husstanden ble langvarig syk, og bostøtten ble lavere.",
    "brev_grunn_2": "Sykdommen er varig. Det er søkt om uføretrygd, og boutgiftene er redusert.",
    "planform": "hver sin plan",
    "losning.a.belop": 123456.78,
    "losning.a.metode": "dividende med rente",
    "losning.b.belop": 98765.43,
    ("voksne.navn", 1): "Fornavn Mellomnavn Etternavnsen-Dobbeltnavn",
    ("voksne.navn", 2): "Annetnavn Mellomnavn Etternavnsen-Dobbeltnavn",
    ("krav.kreditor", 4): "Kreditorselskapet for kredittkort og forbrukslån Norge AS",
    ("krav.inkassobyra", 4): "Innkrevingsselskapet for forfalte krav Skandinavia AS",
    ("krav.referanse", 4): "98765432109876543210",
    ("krav.saldo", 4): 1234567.89,
    ("krav.prioritert", 1): "ja",
    ("brevmottakere.adresse", 4): "Postboks 9876 Sentrum vest",
    ("brevmottakere.poststed", 4): "0101 Oslo",
}
WORDS = (
    "Vi kan møtes hos dere eller hos oss i desember. Ring gjerne når som helst mellom klokken ni og tre, eller send "
    "oss en e-post med et forslag til tid. Brukeren har samtykket til at dere snakker med oss om alt som gjelder "
    "kravet, og har bedt om at brev sendes hit. Vi setter pris på et raskt svar, også om det bare er foreløpig."
)


def test_nothing_is_cut_on_the_sheets() -> None:
    short: list[str] = []
    kinds = ("forslag", "oppgave", "utsettelse", "apning", "null", "purring", "endring")
    with changed(LONG | {f"brev_{kind}.egne": WORDS for kind in kinds}) as letters:
        for kind in letters.kinds.values():
            _, name, _ = letters.rows(kind)[-1]
            for letter in letters.letters(kind, [(4, name)]):
                sheet, values = letter.sheets[0]
                merged = {(row, col): last for row, col, _, last in sheet.merged}
                points = arial.LARGE_POINTS if sheet.spec.large else arial.POINTS
                for region in sheet.regions:
                    text, last = values[region.id][0], merged.get((region.row, region.col), 0)
                    if region.kind != "field" or not isinstance(text, str) or region.col > sheet.paper_col or not last:
                        continue
                    room = arial.columns_pixels([sheet.widths[c] for c in range(region.col, last + 1)])
                    lines, has = (
                        arial.lines_needed(text, room, 12 if region.row == 2 else points),
                        3 if region.row == 2 else region.item.lines,
                    )
                    if lines > has:
                        short.append(f"{sheet.spec.name} {region.id}: {lines} > {has}")
    assert short == []
