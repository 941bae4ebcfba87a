"""Every way a rate file can be wrong is refused with one line: file, place, what is wrong, what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from okosos_xl.satser import Satser, SatsFileError, lint

GOOD = """\
familie: prove
tittel: Prøvesats
hjemmel:
  - {tittel: Prøveloven § 1, adresse: https://lovdata.no/prove}
regel: En sats til prøve.
oppdatering: {syklus: årlig, datoer: [07-01], om: Hver 1. juli}
enhet: kr per måned
nokler:
  enslig: Enslig
  prosent: Fradrag [prosent]
  trinn:
    gruppe: Trinn
    1: Trinn 1
    2: Trinn 2
hull:
  - {til: 2023-12-31, grunn: Ikke tatt inn.}
satser:
  - gyldig_fra: 2024-01-01
    gyldig_til: 2024-12-31
    kilde: {tittel: Prøveforskriften, adresse: https://lovdata.no/prove}
    konfidens: offisiell
    verdier: {enslig: 1000, prosent: 12.5, trinn: {1: 10, 2: 20}}
  - gyldig_fra: 2025-01-01
    kilde: {tittel: Prøveforskriften, adresse: https://lovdata.no/prove}
    konfidens: sekundær
    verdier: {enslig: 1100, prosent: 12.5}
"""
SECOND = "satser[2025-01-01]"

CASES = {
    "ukjent nøkkel øverst": ("tittel: Prøvesats", "titel: Prøvesats", "titel: ukjent nøkkel; forventet en av familie,"),
    "ukjent verdi": (
        "{enslig: 1100,",
        "{ensleg: 1100,",
        f"{SECOND}.verdier.ensleg: ukjent nøkkel; forventet en av ens",
    ),
    "ukjent verdi i gruppe": (
        "{1: 10, 2: 20}",
        "{1: 10, 3: 20}",
        "verdier.trinn.3: ukjent nøkkel; forventet en av 1, 2",
    ),
    "ukjent felt i årgang": ("konfidens: sekundær", "konfidenz: sekundær", f"{SECOND}.konfidenz: ukjent nøkkel"),
    "nøkkel to ganger": (
        "{enslig: 1100,",
        "{enslig: 1100, enslig: 1,",
        "linje 26: kan ikke leses som YAML: nøkkelen «enslig»",
    ),
    "tall uten kilde": (
        "    kilde: {tittel: Prøveforskriften, adresse: https://lovdata.no/prove}\n    konfidens: sekundær",
        "    konfidens: sekundær",
        f"{SECOND}.kilde: mangler: hvert tall skal ha en kilde; forventet kilde med tittel og adresse",
    ),
    "kilde uten adresse": (
        "Prøveforskriften, adresse: https://lovdata.no/prove}\n    konfidens: sek",
        "Prøveforskriften}\n    konfidens: sek",
        f"{SECOND}.kilde.adresse: mangler",
    ),
    "adresse som ikke er en adresse": (
        "§ 1, adresse: https://lovdata.no/prove",
        "§ 1, adresse: lovdata",
        "hjemmel[1].adresse: ",
    ),
    "ukjent konfidens": (
        "konfidens: sekundær",
        "konfidens: sikker",
        "konfidens: er teksten «sikker»; forventet en av off",
    ),
    "uten konfidens": ("    konfidens: sekundær\n", "", f"{SECOND}.konfidens: mangler; forventet en av offisiell"),
    "konfidens for noe som mangler": (
        "    konfidens: sekundær\n",
        "    konfidens: sekundær\n    konfidens_felt: {trinn: utledet}\n",
        "konfidens_felt.trinn: nøkkelen har ingen verdi i denne årgangen",
    ),
    "overlapp": (
        "gyldig_til: 2024-12-31",
        "gyldig_til: 2025-01-01",
        f"{SECOND}.gyldig_fra: overlapper årgangen som gjelder",
    ),
    "feil rekkefølge": (
        "gyldig_fra: 2025-01-01",
        "gyldig_fra: 2023-01-01",
        "står etter årgangen fra 2024-01-01; forventet eldste",
    ),
    "samme dato to ganger": ("gyldig_fra: 2025-01-01", "gyldig_fra: 2024-01-01", "to årganger gjelder fra 2024-01-01"),
    "slutter før den begynner": (
        "gyldig_til: 2024-12-31",
        "gyldig_til: 2023-12-31",
        "2023-12-31 er før gyldig_fra 2024-01-01",
    ),
    "uforklart hull": (
        "gyldig_til: 2024-12-31",
        "gyldig_til: 2024-06-30",
        "satser: ingen årgang gjelder 2024-07-01–2024-12-31, og hullet er ikke forklart; forventet en linje under hull",
    ),
    "hull der det er satser": (
        "{til: 2023-12-31,",
        "{til: 2024-06-30,",
        "hull[1]: sier at det mangler satser, men årgangen",
    ),
    "hull uten datoer": ("{til: 2023-12-31, grunn", "{grunn", "hull[1]: mangler både fra og til"),
    "hull for ukjent nøkkel": (
        "{til: 2023-12-31,",
        "{til: 2023-12-31, nokler: [par],",
        "hull[1].nokler: «par» er ikke en nøkkel",
    ),
    "NaN": ("enslig: 1100", "enslig: .nan", f"{SECOND}.verdier.enslig: er teksten «.nan»; forventet et tall"),
    "uendelig": ("enslig: 1100", "enslig: .inf", "forventet et tall uten mellomrom"),
    "flyttall på datamaskinvis": ("enslig: 1100", "enslig: 1.1e3", "er teksten «1.1e3»; forventet et tall"),
    "oktalt tall": ("enslig: 1100", "enslig: 01100", "er teksten «01100»; forventet et tall"),
    "tusenskille": (
        "enslig: 1100",
        "enslig: 1 100",
        "er teksten «1 100»; forventet et tall uten mellomrom og med punktum",
    ),
    "tekst for tall": ("enslig: 1100", "enslig: '1100'", "er teksten «1100»; forventet et tall"),
    "ja for tall": ("enslig: 1100", "enslig: true", "er ja; forventet et tall"),
    "tomt for tall": ("enslig: 1100", "enslig: ~", "er tomt; forventet et tall"),
    "liste for tall": ("enslig: 1100", "enslig: [1, 2]", "er en liste; forventet et tall"),
    "tall for gruppe": (
        "trinn: {1: 10, 2: 20}",
        "trinn: 10",
        "verdier.trinn: er «10»; forventet nøkler med verdier under",
    ),
    "desimalkomma": ("{enslig: 1100, prosent: 12.5}", "{prosent: 12,5}", "verdier.5: ukjent nøkkel"),
    "ingen verdier": ("{enslig: 1100, prosent: 12.5}", "{}", f"{SECOND}.verdier: er tom; forventet minst én verdi"),
    "dato med klokkeslett": (
        "gyldig_fra: 2025-01-01",
        "gyldig_fra: 2025-01-01 12:00:00",
        "forventet en dato som 2026-07-01",
    ),
    "dato som ikke finnes": (
        "gyldig_fra: 2025-01-01",
        "gyldig_fra: 2025-02-30",
        "linje 23: kan ikke leses som YAML: datoen 2025-02-30",
    ),
    "ukjent enhet": (
        "enhet: kr per måned",
        "enhet: kroner",
        "enhet: er teksten «kroner»; forventet en av kr, kr per måned",
    ),
    "reservert ord som nøkkel": ("  enslig: Enslig", "  enhet: Enslig", "nokler.enhet: er et reservert ord"),
    "nøkkel med mellomrom": ("  enslig: Enslig", "  ens lig: Enslig", "forventet bokstavene a–z, tall og understrek"),
    "nøkkel uten navn": ("  enslig: Enslig", "  enslig:", "nokler.enslig: er tomt; forventet tekst"),
    "ukjent enhet på en nøkkel": (
        "Fradrag [prosent]",
        "Fradrag [pst]",
        "nokler.prosent: er teksten «pst»; forventet en av kr, kr per måned",
    ),
    "feil familie": (
        "familie: prove",
        "familie: prøve",
        "familie: er «prøve», men filen heter «prove.yaml»; forventet samme",
    ),
    "årlig med to datoer": (
        "[07-01]",
        "[01-01, 07-01]",
        "oppdatering.datoer: har 2 datoer; forventet 1 når syklusen er årlig",
    ),
    "måned-dag som ikke finnes": ("[07-01]", "[02-29]", "forventet måned-dag som 07-01"),
    "ukjent syklus": ("syklus: årlig", "syklus: ukentlig", "forventet en av årlig, halvårlig, ujevn"),
    "måneder ved fast syklus": ("datoer: [07-01]", "datoer: [07-01], sjekk_etter_maaneder: 3", "ved ujevn syklus"),
    "viderefører ingenting": (
        "    konfidens: offisiell\n",
        "    konfidens: offisiell\n    viderefores: [trinn]\n",
        "den første årgangen har ingenting å videreføre",
    ),
    "viderefører noe med egen verdi": (
        "    konfidens: sekundær\n",
        "    konfidens: sekundær\n    viderefores: [enslig]\n",
        "viderefores.enslig: har egen verdi her",
    ),
    "uten regel": ("regel: En sats til prøve.\n", "", "regel: mangler"),
    "ingen årganger": (
        GOOD[GOOD.index("satser:") :],
        "satser: []\n",
        "satser: har ingen satser; forventet minst én årgang",
    ),
    "bare kommunen": (
        "enhet: kr per måned",
        "kommune: bare\nenhet: kr per måned",
        "skal være tom når bare kommunefiler",
    ),
    "alias": ("{enslig: 1100,", "{enslig: *x,", "linje"),
    "anker": ("{enslig: 1100,", "{enslig: &x 1100,", "anker (&) eller type (!) er ikke tillatt; skriv verdien ut"),
    "type": ("enslig: 1100", "enslig: !!float 1100", "anker (&) eller type (!) er ikke tillatt"),
    "to dokumenter": ("familie: prove", "a: 1\n---\nfamilie: prove", "flere dokumenter"),
    "tabell som nøkkel": ("familie: prove", "? [a]\n: b\nfamilie: prove", "en nøkkel skal være et ord"),
    "ikke YAML": ("familie: prove", "familie: [prove", "sjekk innrykk, kolon og anførselstegn"),
    "for dypt": ("regel: En sats til prøve.", "regel: " + "[" * 3000, "kan ikke leses som YAML"),
}


def write(folder: Path, text: str | bytes, name: str = "prove.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_filen_de_andre_provene_bygger_pa_er_i_orden(tmp_path: Path) -> None:
    folder = write(tmp_path / "satser", GOOD)
    assert lint(folder) == ()
    assert Satser.load(folder).check().familie("prove").vintages[1].konfidens == "sekundær"


@pytest.mark.parametrize("name", CASES)
def test_feilen_gir_en_klar_linje(name: str, tmp_path: Path) -> None:
    old, new, expected = CASES[name]
    assert GOOD.count(old) >= 1
    folder = write(tmp_path / "satser", new.join(GOOD.rsplit(old, 1)))
    with pytest.raises(SatsFileError) as caught:
        Satser.load(folder).familie("prove")
    message = str(caught.value)
    assert message.startswith("satser/prove.yaml: ")
    assert expected in message
    assert "\n" not in message
    assert len(message) < 420
    findings = lint(folder)
    assert [str(f) for f in findings] == [message]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "er tomt; forventet n"),
        (b"- 1\n- 2\n", "er en liste; forventet n"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"x" * 1_000_001, "større enn 1 MB"),
    ],
)
def test_noe_helt_annet_enn_en_satsfil(content: bytes, expected: str, tmp_path: Path) -> None:
    with pytest.raises(SatsFileError, match=expected):
        Satser.load(write(tmp_path, content)).check()


def test_lint_finner_ubrukte_nokler_siffer_for_mye_og_fremmede_filer(tmp_path: Path) -> None:
    text = GOOD.replace("  enslig: Enslig\n", "  enslig: Enslig\n  par: Par\n").replace("enslig: 1100", "enslig: 11000")
    folder = write(tmp_path / "satser", text)
    write(folder, "notat", "notat.txt")
    assert [str(f) for f in lint(folder)] == [
        "satser/notat.txt: er ikke en satsfil; forventet <familie>.yaml",
        "satser/prove.yaml: nokler.par: ingen årgang har en verdi for nøkkelen",
        "satser/prove.yaml: satser[2025-01-01].verdier.enslig: går fra 1000 til 11000; et siffer "
        "for mye eller for lite?",
    ]


def test_satsene_som_folger_med_har_ingen_feil() -> None:
    assert lint(Satser.load().files[0][1].parent) == ()
