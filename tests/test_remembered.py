"""What is remembered from one workbook to the next, and what is forgotten first."""

from __future__ import annotations

from okosos_xl.remembered import Remembered


def test_what_was_used_longest_ago_goes_first() -> None:
    known: Remembered[str] = Remembered(100)
    for name, size in (("a", 40), ("b", 40), ("c", 30)):
        known.put(name, name.upper(), size)
        known.get("a")
    assert [known.get(name) for name in "abc"] == ["A", None, "C"]


def test_the_last_one_is_kept_whatever_its_size() -> None:
    known: Remembered[str] = Remembered(100)
    known.put("a", "A", 10)
    known.put("b", "B", 500)
    assert (known.get("a"), known.get("b")) == (None, "B")
    known.put("c", "C", 20)
    assert (known.get("b"), known.get("c")) == (None, "C")


def test_a_thing_put_again_counts_once() -> None:
    known: Remembered[str] = Remembered(100)
    for _ in range(5):
        known.put("a", "A", 60)
    known.put("b", "B", 40)
    assert (known.get("a"), known.get("b")) == ("A", "B")
    known.clear()
    assert known.get("a") is None
