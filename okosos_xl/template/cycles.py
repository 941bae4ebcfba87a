"""Formulas that need themselves: a row may build on the row before it, but not on the whole column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

AXES = ("row", "period")


class Edge(NamedTuple):
    """``home`` needs ``target``: ``lag`` is the axis it looks back along, ``wide`` the axes it looks all along."""

    home: str
    target: str
    lag: str = ""
    wide: frozenset[str] = frozenset()


def find_cycle(edges: Iterable[Edge]) -> list[str]:
    """The ids of one cycle, the first repeated at the end; empty when every formula can be computed.

    Ids that need each other are fine when there is an axis (rows or periods) along which none of them looks ahead and
    every way round looks back.
    """
    graph: dict[str, list[Edge]] = {}
    for edge in sorted(edges, key=lambda e: (e.home, e.target, e.lag)):
        graph.setdefault(edge.home, []).append(edge)
    for group in _components(graph):
        inside = [edge for id in sorted(group) for edge in graph.get(id, ()) if edge.target in group]
        if inside and not any(_runs_along(axis, inside) for axis in AXES):
            return _walk([e for e in inside if not e.lag]) or _walk(inside)
    return []


def _runs_along(axis: str, edges: list[Edge]) -> bool:
    return not any(axis in edge.wide for edge in edges) and not _walk([e for e in edges if e.lag != axis])


def _walk(edges: list[Edge]) -> list[str]:
    """A cycle in ``edges``, if there is one."""
    graph: dict[str, list[Edge]] = {}
    for edge in edges:
        graph.setdefault(edge.home, []).append(edge)
    done: set[str] = set()
    for start, out in graph.items():
        path: dict[str, None] = {start: None}
        ways: list[Iterator[Edge]] = [iter(out)]
        while ways and start not in done:
            step = next(ways[-1], None)
            if step is None:
                ways.pop()
                done.add(path.popitem()[0])
            elif step.target in path:
                ids = list(path)
                return [*ids[ids.index(step.target) :], step.target]
            elif step.target not in done:
                path[step.target] = None
                ways.append(iter(graph.get(step.target, ())))
    return []


def _components(graph: dict[str, list[Edge]]) -> Iterator[set[str]]:
    """The groups of ids that all need each other (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root, out in graph.items():
        work = [(root, iter(out))] if root not in index else []
        while work:
            id, ways = work[-1]
            if id not in index:
                index[id] = low[id] = len(index)
                stack.append(id)
                on_stack.add(id)
            edge = next(ways, None)
            if edge is not None:
                if edge.target not in index:
                    work.append((edge.target, iter(graph.get(edge.target, ()))))
                elif edge.target in on_stack:
                    low[id] = min(low[id], index[edge.target])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[id])
            if low[id] == index[id]:
                group = set(stack[stack.index(id) :])
                del stack[stack.index(id) :]
                on_stack -= group
                yield group
