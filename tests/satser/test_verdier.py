"""The most important rates against values typed here by hand, not read from the files they test.

One row per value: family, key, a date it holds, the value. Amounts in kroner, percentages as in the law.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from okosos_xl.satser import Satser

FASIT = """
livsopphold_gjeldsordning  enslig                       2021-07-01  9232
livsopphold_gjeldsordning  enslig                       2022-07-01  9758
livsopphold_gjeldsordning  enslig                       2023-07-01  10412
livsopphold_gjeldsordning  gift_samboer                 2023-07-01  8817
livsopphold_gjeldsordning  forsorger_ektefelle_samboer  2023-07-01  17634
livsopphold_gjeldsordning  barn_0_5                     2023-07-01  3332
livsopphold_gjeldsordning  barn_6_10                    2023-07-01  4420
livsopphold_gjeldsordning  barn_11_14                   2023-07-01  5580
livsopphold_gjeldsordning  barn_15_pluss                2023-07-01  6418
livsopphold_gjeldsordning  enslig                       2024-07-01  10724
livsopphold_gjeldsordning  gift_samboer                 2024-07-01  9082
livsopphold_gjeldsordning  forsorger_ektefelle_samboer  2024-07-01  18164
livsopphold_gjeldsordning  barn_0_5                     2024-07-01  3432
livsopphold_gjeldsordning  barn_6_10                    2024-07-01  4553
livsopphold_gjeldsordning  barn_11_14                   2024-07-01  5747
livsopphold_gjeldsordning  barn_15_pluss                2024-07-01  6611
livsopphold_gjeldsordning  enslig                       2025-07-01  11046
livsopphold_gjeldsordning  gift_samboer                 2025-07-01  9354
livsopphold_gjeldsordning  forsorger_ektefelle_samboer  2025-07-01  18708
livsopphold_gjeldsordning  barn_0_5                     2025-07-01  3535
livsopphold_gjeldsordning  barn_6_10                    2025-07-01  4690
livsopphold_gjeldsordning  barn_11_14                   2025-07-01  5919
livsopphold_gjeldsordning  barn_15_pluss                2025-07-01  6809
livsopphold_gjeldsordning  enslig                       2026-07-01  11388
livsopphold_gjeldsordning  gift_samboer                 2026-07-01  9644
livsopphold_gjeldsordning  forsorger_ektefelle_samboer  2026-07-01  19288
livsopphold_gjeldsordning  barn_0_5                     2026-07-01  3645
livsopphold_gjeldsordning  barn_6_10                    2026-07-01  4835
livsopphold_gjeldsordning  barn_11_14                   2026-07-01  6102
livsopphold_gjeldsordning  barn_15_pluss                2026-07-01  7020
livsopphold_gjeldsordning  samvaer.klasse_1.barn_0_5    2023-07-01  305
livsopphold_gjeldsordning  samvaer.klasse_1.barn_6_10   2023-07-01  407
livsopphold_gjeldsordning  samvaer.klasse_1.barn_11_14  2023-07-01  531
livsopphold_gjeldsordning  samvaer.klasse_1.barn_15_pluss  2023-07-01  605
livsopphold_gjeldsordning  samvaer.klasse_2.barn_0_5    2023-07-01  1011
livsopphold_gjeldsordning  samvaer.klasse_2.barn_6_10   2023-07-01  1348
livsopphold_gjeldsordning  samvaer.klasse_2.barn_11_14  2023-07-01  1760
livsopphold_gjeldsordning  samvaer.klasse_2.barn_15_pluss  2023-07-01  2003
livsopphold_gjeldsordning  samvaer.klasse_3.barn_0_5    2023-07-01  1410
livsopphold_gjeldsordning  samvaer.klasse_3.barn_6_10   2023-07-01  1881
livsopphold_gjeldsordning  samvaer.klasse_3.barn_11_14  2023-07-01  2455
livsopphold_gjeldsordning  samvaer.klasse_3.barn_15_pluss  2023-07-01  2794
livsopphold_gjeldsordning  samvaer.klasse_4.barn_0_5    2023-07-01  1770
livsopphold_gjeldsordning  samvaer.klasse_4.barn_6_10   2023-07-01  2361
livsopphold_gjeldsordning  samvaer.klasse_4.barn_11_14  2023-07-01  3082
livsopphold_gjeldsordning  samvaer.klasse_4.barn_15_pluss  2023-07-01  3507
livsopphold_gjeldsordning  samvaer.klasse_1.barn_0_5    2024-07-01  317
livsopphold_gjeldsordning  samvaer.klasse_1.barn_6_10   2024-07-01  443
livsopphold_gjeldsordning  samvaer.klasse_1.barn_11_14  2024-07-01  547
livsopphold_gjeldsordning  samvaer.klasse_1.barn_15_pluss  2024-07-01  623
livsopphold_gjeldsordning  samvaer.klasse_2.barn_0_5    2024-07-01  1048
livsopphold_gjeldsordning  samvaer.klasse_2.barn_6_10   2024-07-01  1467
livsopphold_gjeldsordning  samvaer.klasse_2.barn_11_14  2024-07-01  1813
livsopphold_gjeldsordning  samvaer.klasse_2.barn_15_pluss  2024-07-01  2063
livsopphold_gjeldsordning  samvaer.klasse_3.barn_0_5    2024-07-01  1462
livsopphold_gjeldsordning  samvaer.klasse_3.barn_6_10   2024-07-01  2047
livsopphold_gjeldsordning  samvaer.klasse_3.barn_11_14  2024-07-01  2529
livsopphold_gjeldsordning  samvaer.klasse_3.barn_15_pluss  2024-07-01  2877
livsopphold_gjeldsordning  samvaer.klasse_4.barn_0_5    2024-07-01  1836
livsopphold_gjeldsordning  samvaer.klasse_4.barn_6_10   2024-07-01  2570
livsopphold_gjeldsordning  samvaer.klasse_4.barn_11_14  2024-07-01  3175
livsopphold_gjeldsordning  samvaer.klasse_4.barn_15_pluss  2024-07-01  3612
livsopphold_gjeldsordning  samvaer.klasse_1.barn_0_5    2025-07-01  332
livsopphold_gjeldsordning  samvaer.klasse_1.barn_6_10   2025-07-01  469
livsopphold_gjeldsordning  samvaer.klasse_1.barn_11_14  2025-07-01  578
livsopphold_gjeldsordning  samvaer.klasse_1.barn_15_pluss  2025-07-01  656
livsopphold_gjeldsordning  samvaer.klasse_2.barn_0_5    2025-07-01  1099
livsopphold_gjeldsordning  samvaer.klasse_2.barn_6_10   2025-07-01  1553
livsopphold_gjeldsordning  samvaer.klasse_2.barn_11_14  2025-07-01  1915
livsopphold_gjeldsordning  samvaer.klasse_2.barn_15_pluss  2025-07-01  2172
livsopphold_gjeldsordning  samvaer.klasse_3.barn_0_5    2025-07-01  1533
livsopphold_gjeldsordning  samvaer.klasse_3.barn_6_10   2025-07-01  2166
livsopphold_gjeldsordning  samvaer.klasse_3.barn_11_14  2025-07-01  2672
livsopphold_gjeldsordning  samvaer.klasse_3.barn_15_pluss  2025-07-01  3030
livsopphold_gjeldsordning  samvaer.klasse_4.barn_0_5    2025-07-01  1925
livsopphold_gjeldsordning  samvaer.klasse_4.barn_6_10   2025-07-01  2719
livsopphold_gjeldsordning  samvaer.klasse_4.barn_11_14  2025-07-01  3354
livsopphold_gjeldsordning  samvaer.klasse_4.barn_15_pluss  2025-07-01  3804
livsopphold_gjeldsordning  samvaer.klasse_1.barn_0_5    2026-07-01  386
livsopphold_gjeldsordning  samvaer.klasse_1.barn_6_10   2026-07-01  510
livsopphold_gjeldsordning  samvaer.klasse_1.barn_11_14  2026-07-01  627
livsopphold_gjeldsordning  samvaer.klasse_1.barn_15_pluss  2026-07-01  696
livsopphold_gjeldsordning  samvaer.klasse_2.barn_0_5    2026-07-01  1277
livsopphold_gjeldsordning  samvaer.klasse_2.barn_6_10   2026-07-01  1690
livsopphold_gjeldsordning  samvaer.klasse_2.barn_11_14  2026-07-01  2078
livsopphold_gjeldsordning  samvaer.klasse_2.barn_15_pluss  2026-07-01  2306
livsopphold_gjeldsordning  samvaer.klasse_3.barn_0_5    2026-07-01  1781
livsopphold_gjeldsordning  samvaer.klasse_3.barn_6_10   2026-07-01  2357
livsopphold_gjeldsordning  samvaer.klasse_3.barn_11_14  2026-07-01  2899
livsopphold_gjeldsordning  samvaer.klasse_3.barn_15_pluss  2026-07-01  3216
livsopphold_gjeldsordning  samvaer.klasse_4.barn_0_5    2026-07-01  2236
livsopphold_gjeldsordning  samvaer.klasse_4.barn_6_10   2026-07-01  2959
livsopphold_gjeldsordning  samvaer.klasse_4.barn_11_14  2026-07-01  3639
livsopphold_gjeldsordning  samvaer.klasse_4.barn_15_pluss  2026-07-01  4038
livsopphold_gjeldsordning  reduksjon_fra_person_nr_i_husstand  2026-07-01  4
livsopphold_gjeldsordning  reduksjon_prosent_barnetillegg  2026-07-01  20
livsopphold_gjeldsordning  reduksjon_samvaer_fra_barn_nr   2026-07-01  3
livsopphold_gjeldsordning  reduksjon_prosent_samvaer       2026-07-01  20
grunnbelop  G  2021-05-01  106399
grunnbelop  G  2022-05-01  111477
grunnbelop  G  2023-05-01  118620
grunnbelop  G  2024-05-01  124028
grunnbelop  G  2025-05-01  130160
grunnbelop  G  2026-05-01  136549
grunnbelop  G_maaned  2026-05-01  11379.08
grunnbelop  snitt_kalenderaar.2026  2026-05-01  134419
skatt_alminnelig_inntekt  sats_prosent               2024-06-01  22
skatt_alminnelig_inntekt  sats_prosent               2025-06-01  22
skatt_alminnelig_inntekt  sats_prosent               2026-06-01  22
skatt_alminnelig_inntekt  sats_tiltakssonen_prosent  2026-06-01  18.5
trinnskatt  trinn.1.over          2024-06-01  208050
trinnskatt  trinn.2.over          2024-06-01  292850
trinnskatt  trinn.3.over          2024-06-01  670000
trinnskatt  trinn.4.over          2024-06-01  937900
trinnskatt  trinn.5.over          2024-06-01  1350000
trinnskatt  trinn.3.sats_prosent  2024-06-01  13.6
trinnskatt  trinn.1.over          2025-06-01  217400
trinnskatt  trinn.2.over          2025-06-01  306050
trinnskatt  trinn.3.over          2025-06-01  697150
trinnskatt  trinn.4.over          2025-06-01  942400
trinnskatt  trinn.5.over          2025-06-01  1410750
trinnskatt  trinn.4.sats_prosent  2025-06-01  16.7
trinnskatt  trinn.1.over          2026-06-01  226100
trinnskatt  trinn.2.over          2026-06-01  318300
trinnskatt  trinn.3.over          2026-06-01  725050
trinnskatt  trinn.4.over          2026-06-01  980100
trinnskatt  trinn.5.over          2026-06-01  1467200
trinnskatt  trinn.1.sats_prosent  2026-06-01  1.7
trinnskatt  trinn.2.sats_prosent  2026-06-01  4.0
trinnskatt  trinn.3.sats_prosent  2026-06-01  13.7
trinnskatt  trinn.4.sats_prosent  2026-06-01  16.8
trinnskatt  trinn.5.sats_prosent  2026-06-01  17.8
trygdeavgift  lonn_prosent     2024-06-01  7.8
trygdeavgift  lonn_prosent     2025-06-01  7.7
trygdeavgift  lonn_prosent     2026-06-01  7.6
trygdeavgift  pensjon_prosent  2026-06-01  5.1
trygdeavgift  naering_prosent  2024-06-01  11.0
trygdeavgift  naering_prosent  2025-06-01  10.9
trygdeavgift  naering_prosent  2026-06-01  10.8
trygdeavgift  nedre_grense     2024-06-01  69650
trygdeavgift  nedre_grense     2026-06-01  99650
personfradrag  klasse_1  2024-06-01  88250
personfradrag  klasse_1  2025-06-01  108550
personfradrag  klasse_1  2026-06-01  114540
minstefradrag_lonn  sats_prosent  2026-06-01  46
minstefradrag_lonn  ovre_grense   2024-06-01  104450
minstefradrag_lonn  ovre_grense   2025-06-01  92000
minstefradrag_lonn  ovre_grense   2026-06-01  95700
minstefradrag_pensjon  sats_prosent  2026-06-01  40
minstefradrag_pensjon  ovre_grense   2026-06-01  75400
skattefradrag_pensjon  maks  2024-06-01  34350
skattefradrag_pensjon  maks  2025-06-01  35600
skattefradrag_pensjon  maks  2026-06-01  39100
sosialhjelp_veiledende  enslig                 2022-01-01  6550
sosialhjelp_veiledende  enslig                 2022-07-01  6650
sosialhjelp_veiledende  enslig                 2023-01-01  6850
sosialhjelp_veiledende  enslig                 2023-07-01  7550
sosialhjelp_veiledende  enslig                 2024-01-01  7850
sosialhjelp_veiledende  ektepar_samboere       2022-01-01  10950
sosialhjelp_veiledende  ektepar_samboere       2022-07-01  11150
sosialhjelp_veiledende  ektepar_samboere       2023-01-01  11450
sosialhjelp_veiledende  ektepar_samboere       2023-07-01  12600
sosialhjelp_veiledende  ektepar_samboere       2024-01-01  13100
sosialhjelp_veiledende  person_i_bofellesskap  2024-01-01  6600
sosialhjelp_veiledende  barn_0_5               2024-01-01  3850
sosialhjelp_veiledende  barn_6_10              2024-01-01  3950
sosialhjelp_veiledende  barn_11_17             2024-01-01  5150
barnetrygd  ordinaer_6_17     2022-01-01  1054
barnetrygd  ordinaer_under_6  2022-01-01  1676
barnetrygd  ordinaer_6_17     2023-03-01  1083
barnetrygd  utvidet           2023-03-01  2489
barnetrygd  ordinaer_6_17     2023-07-01  1310
barnetrygd  ordinaer_6_17     2024-01-01  1510
barnetrygd  ordinaer_6_17     2024-09-01  1766
barnetrygd  ordinaer_6_17     2025-05-01  1968
barnetrygd  finnmark_nordtroms_svalbard_tillegg  2025-10-01  500
barnetrygd  ordinaer_6_17     2026-02-01  2012
barnetrygd  utvidet           2026-02-01  2572
barnetrygd  smaabarnstillegg  2026-02-01  712
barnetrygd  finnmark_nordtroms_svalbard_tillegg  2026-02-01  512
bostotte  boutgiftstak_per_aar.1         2022-06-01  76329
bostotte  boutgiftstak_per_aar.1         2023-06-01  78237
bostotte  boutgiftstak_per_aar.1         2024-06-01  81523
bostotte  boutgiftstak_per_aar.1         2024-07-01  85523
bostotte  boutgiftstak_per_aar.1         2025-06-01  89029
bostotte  boutgiftstak_per_aar.1         2026-06-01  92234
bostotte  boutgiftstak_per_aar.5_pluss   2026-06-01  150385
bostotte  tillegg_tak_per_aar.oslo       2026-06-01  27982
bostotte  minste_egenandel_per_aar       2026-06-01  26576
bostotte  dekningsprosent                2026-06-01  73.7
bostotte  egenandel_modell.grense_1      2026-06-01  137462
bostotte  egenandel_modell.grense_2      2026-06-01  245278
bostotte  egenandel_modell.sats_1_prosent  2026-06-01  16.44
bostotte  egenandel_modell.sats_2_tillegg_prosent  2026-06-01  63.56
bostotte  minste_utbetaling_per_maaned   2026-06-01  63
forsinkelsesrente  rente_prosent_pa  2023-01-01  10.75
forsinkelsesrente  rente_prosent_pa  2026-01-01  12.0
forsinkelsesrente  rente_prosent_pa  2026-07-01  12.25
rettsgebyr  rettsgebyr     2026-01-01  1345
rettsgebyr  utlegg_faktor  2024-01-01  1.21
rettsgebyr  utlegg_faktor  2025-01-01  0.69
inkasso  inkassosats  2025-12-31  700
inkasso  inkassosats  2026-01-01  750
sifo_referansebudsjett  individ.mat_og_drikke.kvinne_25_50  2026-02-01  4280
sifo_referansebudsjett  hushold_etter_antall_personer.andre_dagligvarer.3  2026-02-01  630
bidragsforskudd  forhoeyet_under_11  2026-07-01  2080
barnebidrag_samvaersfradrag  samvaersfradrag.klasse_4.barn_15_pluss  2026-07-01  5880
utlaansforskriften  belaaningsgrad_maks_prosent  2024-12-30  85
utlaansforskriften  belaaningsgrad_maks_prosent  2024-12-31  90
gjeldsordning_regler  betalingsutsettelse_maaneder  2026-01-01  4
"""
ROWS = [tuple(line.split()) for line in FASIT.strip().splitlines()]


@pytest.fixture(scope="module")
def satser() -> Satser:
    return Satser.load()


@pytest.mark.parametrize(("familie", "nokkel", "dato", "verdi"), ROWS, ids=[" ".join(row[:3]) for row in ROWS])
def test_verdien_er_den_som_er_skrevet_av_for_hand(
    satser: Satser, familie: str, nokkel: str, dato: str, verdi: str
) -> None:
    value = satser.at(date.fromisoformat(dato)).value(familie, nokkel)
    assert type(value) is Decimal
    assert value == Decimal(verdi)


def test_alle_verdier_i_alle_filer_kan_hentes_pa_forste_og_siste_dag(satser: Satser) -> None:
    count = 0
    for name in satser.familier:
        for vintage in satser.familie(name).vintages:
            for day in {vintage.gyldig_fra, vintage.gyldig_til or vintage.gyldig_fra}:
                per = satser.at(day)
                for key, value in vintage.verdier.items():
                    found = per.sats(name, key)
                    assert (found.verdi, found.gyldig_fra) == (value, vintage.gyldig_fra)
                    assert found.kilde.tittel
                    assert found.kilde.adresse.startswith("https://")
                    assert not isinstance(found.verdi, float)
            count += len(vintage.verdier)
    assert count >= 1029  # each list counts once; vintages are added, never removed


def test_en_tabell_kan_hentes_som_helhet(satser: Satser) -> None:
    table = satser.at(date(2026, 1, 1)).table("trinnskatt", "trinn")
    assert list(table) == [f"{n}.{what}" for n in range(1, 6) for what in ("over", "sats_prosent")]
    assert table["5.over"] == 1467200


def test_tekst_dato_liste_og_ja_nei_er_verdier_med_kilde(satser: Satser) -> None:
    per = satser.at(date(2026, 6, 1))
    assert per.sats("bostotte", "egenandel_modell.type").verdi == "lineaer_to_trinn"
    assert per.sats("enkeltpersonforetak", "minstefradrag_paa_naering").verdi is False
    assert per.sats("kontantstotte", "satser_etter_barnehagetimer_prosent").verdi == (20, 40, 60, 80)
    assert per.sats("enkeltpersonforetak", "forskuddsskatt_forfall").verdi == ("03-15", "06-15", "09-15", "12-15")
    before = satser.at(date(2023, 6, 1)).sats("bostotte", "egenandel_modell.midlertidig_progressiv_sats.til")
    assert before.verdi == date(2024, 3, 31)
