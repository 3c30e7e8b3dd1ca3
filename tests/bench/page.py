"""The tables of a run as Markdown, and the page that holds them between two markers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bounds import BOUNDS, bounded
from measures import LIMIT, OURS, PEERS, PLAIN, Spread, best_peer, times_the_limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from measures import Rounds, Section

BEGIN = "<!-- measured: what stands from here on is written by nox -s bench -->"
END = "<!-- measured: what stands up to here is written by nox -s bench -->"
_NONE = "-"


def tables(
    facts: Mapping[str, str], sections: Sequence[Section], found: Mapping[str, Rounds]
) -> str:
    """All that a run says: the machine, a summary, and a table for each section."""
    lines = ["## The machine", "", *(f"- {name}: {text}" for name, text in facts.items())]
    lines += ["", "## Summary", "", *_summary(sections, found)]
    for section in sections:
        lines += ["", *_section(section, found)]
    return "\n".join(lines)


def put_into(page: Path, text: str) -> None:
    """Replace what stands between the markers of `page`, all at once or not at all.

    Raises:
        ValueError: the page does not have each of the markers once, in their order.
    """
    before, after = around(page)
    new = page.with_suffix(".new")
    new.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    new.replace(page)


def around(page: Path) -> tuple[str, str]:
    """What stands before and after the markers of `page`.

    Raises:
        ValueError: the page does not have each of the markers once, in their order.
    """
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or text.count(BEGIN) + text.count(END) != 2:
        raise ValueError(f"{page} must hold {BEGIN!r} and then {END!r}, each once")
    return before, after


def verdict(name: str, rounds: Rounds) -> str:
    """What the bound of a measure is about, as it was found."""
    spread = bounded(name, rounds)
    return f"{shown(spread)}, exceeded" if spread.median > BOUNDS[name].bound else shown(spread)


def demand(name: str) -> str:
    """What a measure must not exceed, and its aim where that is another."""
    against, aim, accepted = BOUNDS[name]
    times = "" if against is None else f" times {'the limit' if against == LIMIT else against}"
    missed = "" if accepted is None else f" (aim {aim:g})"
    return f"{BOUNDS[name].bound:g}{times}{missed}"


def shown(spread: Spread) -> str:
    """A median with the least and the greatest."""
    if spread.least == spread.greatest:
        return _figure(spread.median)
    return f"{_figure(spread.median)} ({_figure(spread.least)} to {_figure(spread.greatest)})"


def _figure(figure: float) -> str:
    whole = figure.is_integer() or abs(figure) >= 100
    places = 0 if whole else 1 if abs(figure) >= 10 else 2
    return f"{figure:,.{places}f}"


def _summary(sections: Sequence[Section], found: Mapping[str, Rounds]) -> Iterable[str]:
    """A row for each measure."""
    head = ("measure", "limit", "best peer", OURS, "times the limit", "must not exceed", "found")
    rows = []
    for section in sections:
        for measure in section.measures:
            rounds = found[measure.name]
            limit = f"{_median(rounds, LIMIT, section)}: {section.limit}"
            peer = best_peer(rounds)
            others = _NONE if peer is None else f"{_median(rounds, peer, section)}: {peer}"
            rows.append(
                (
                    section.title + (f": {measure.column}" if len(section.measures) > 1 else ""),
                    limit if section.limit else _NONE,
                    others,
                    _median(rounds, OURS, section),
                    _times(measure.name, rounds),
                    demand(measure.name),
                    _found(measure.name, rounds),
                )
            )
    return _table(head, rows)


def _median(rounds: Rounds, name: str, section: Section) -> str:
    if name not in rounds:
        return _NONE
    return f"{_figure(Spread.of(rounds[name]).median)} {section.unit}"


def _times(name: str, rounds: Rounds) -> str:
    """How many times as much as the limit ours takes; as it is judged, if it is judged by that."""
    if BOUNDS[name].against == LIMIT:
        return _figure(bounded(name, rounds).median)
    times = times_the_limit(rounds)
    return _NONE if times is None else _figure(times)


def _found(name: str, rounds: Rounds) -> str:
    text = verdict(name, rounds)
    return f"**{text}**" if text.endswith("exceeded") else text


def _section(section: Section, found: Mapping[str, Rounds]) -> list[str]:
    """The heading, the words, and the figures of everybody."""
    columns = [found[measure.name] for measure in section.measures]
    everybody = list(dict.fromkeys(name for rounds in columns for name in rounds))
    front = [name for name in (LIMIT, OURS) if name in everybody]
    peers = [name for name in (*PLAIN, *PEERS) if name in everybody or name in section.absent]
    rest = [name for name in everybody if name not in {*front, *peers}]
    rows = []
    for name in (*front, *peers, *rest):
        label = f"limit: {section.limit}" if name == LIMIT else name
        cells = (shown(Spread.of(rounds[name])) if name in rounds else _NONE for rounds in columns)
        rows.append((f"**{label}**" if name == OURS else label, *cells))
    names = [measure.name for measure in section.measures]
    if section.limit and any(BOUNDS[name].against != LIMIT for name in names):
        times = (_times(name, found[name]) for name in names)
        rows.append((f"{OURS}, times the limit", *times))
    rows.append(("must not exceed", *map(demand, names)))
    rows.append(("found", *(_found(name, found[name]) for name in names)))
    head = (section.unit, *(measure.column for measure in section.measures))
    reasons = [f"- {name}: {why}" for name, why in section.absent.items() if name in peers]
    return [
        *(f"## {section.title}", "", section.words, ""),
        *_table(head, rows),
        *(["", *reasons] if reasons else []),
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows as Markdown; the first column holds words, the others figures."""
    rule = ["---", *("---:" for _ in head[1:])]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]
