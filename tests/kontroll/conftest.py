"""Helpers of these tests are imported by name; those of the numbers' tests (cases, oracles) too."""

from __future__ import annotations

import sys
from pathlib import Path

_HERE = Path(__file__).parent
sys.path[:0] = [str(p) for p in (_HERE, _HERE.parent, _HERE.parent / "numbers") if str(p) not in sys.path]
