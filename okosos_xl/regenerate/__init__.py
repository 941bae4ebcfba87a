"""One workbook moved to other rates or a newer template, with everything the advisor has put into it."""

from okosos_xl.regenerate.outcome import DONE, MANUAL, REFUSED, How, KeyChange, Outcome

__all__ = ["DONE", "MANUAL", "REFUSED", "How", "KeyChange", "Outcome"]
