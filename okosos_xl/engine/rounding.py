"""Excel's rounding of decimal amounts, exact where binary fractions mislead (1.005 is meant as 1,005)."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal


def excel_round(number: float, digits: float) -> float:
    """ROUND: half away from zero. ``digits`` may be negative and is truncated to a whole number."""
    return _quantized(number, digits, ROUND_HALF_UP)


def excel_roundup(number: float, digits: float) -> float:
    """ROUNDUP: away from zero."""
    return _quantized(number, digits, ROUND_UP)


def excel_rounddown(number: float, digits: float) -> float:
    """ROUNDDOWN: towards zero."""
    return _quantized(number, digits, ROUND_DOWN)


def _quantized(number: float, digits: float, rounding: str) -> float:
    # Excel works with 15 significant digits, so the noise of binary arithmetic (0.1+0.2) never reaches the rounding.
    exact = Decimal(float(number)).normalize(Context(prec=15))
    places = int(digits)
    if places >= -int(exact.as_tuple().exponent):
        return float(exact)
    return float(exact.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=Context(prec=400)))
