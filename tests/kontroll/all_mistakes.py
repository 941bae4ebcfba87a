"""Every kind of mistake there is: importing this fills the register."""

from __future__ import annotations

import mistakes_in_formulas
import mistakes_in_sheets
import mistakes_in_the_workbook
import mistakes_typed_in
import mistakes_unseen
import no_mistakes
from mutations import MUTATIONS

__all__ = [
    "MUTATIONS",
    "mistakes_in_formulas",
    "mistakes_in_sheets",
    "mistakes_in_the_workbook",
    "mistakes_typed_in",
    "mistakes_unseen",
    "no_mistakes",
]
