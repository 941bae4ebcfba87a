"""How a household is to be split: what the registration itself does not say."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

FULL, BY_SHARE = "fullt", "andel"
CHILD_HOMES = ("a", "b", "delt")


@dataclass(frozen=True)
class Choices:
    """``joint_debt``: both get the whole joint claim («fullt»), or each the internal share («andel»); else as the case
    says.

    ``apart``: the two live apart. Then both are single, and a joint child lives with one of them (``child_home``, else
    as the registration says, seen from A), with contact class ``contact_class`` and ``maintenance`` (kr per month) for
    the other. Together, both have the child and carry their share of it.
    """

    joint_debt: str = ""
    apart: bool = False
    child_home: str = ""
    contact_class: int | None = None
    maintenance: Decimal | None = None
