"""A register made or brought up to date: collected rows into the rows that were there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from okosos_xl.sak.case import Sak
from okosos_xl.statistikk.collect import CASE_NUMBER, REGISTER, SOURCE, Row


@dataclass
class Update:
    """What an update did. ``doubles`` are case numbers that several files give; only the first is used."""

    sak: Sak
    new: int = 0
    changed: int = 0
    same: int = 0
    doubles: list[str] = field(default_factory=list)


def update(sak: Sak, rows: Iterable[Row]) -> Update:
    """``sak`` (the statistics case) with the collected ``rows`` in its register.

    A row belongs to the row with the same case number, or else from the same file. What the workbook says replaces what
    stood there; what it says nothing of is left as it was. Nothing is ever taken out.
    """
    table = [dict(row) for row in sak.tables.get(REGISTER, [])]
    by_number = {str(row[CASE_NUMBER]): i for i, row in enumerate(table) if row.get(CASE_NUMBER)}
    by_file = {str(row[SOURCE]): i for i, row in enumerate(table) if row.get(SOURCE)}
    result = Update(sak)
    seen: dict[str, str] = {}
    for row in rows:
        number, file = str(row.get(CASE_NUMBER, "")), str(row.get(SOURCE, ""))
        if number and number in seen:
            result.doubles.append(f"{number}: {seen[number]} og {file}")
            continue
        if number:
            seen[number] = file
        place = by_number.get(number) if number else by_file.get(file)
        if place is None:
            table.append(dict(row))
            result.new += 1
        elif all(table[place].get(column) == value for column, value in row.items()):
            result.same += 1
        else:
            table[place].update(row)
            result.changed += 1
    result.sak = replace(sak, tables=sak.tables | {REGISTER: table})
    return result
