"""The page about the process, made from its tables: `python -m citygrid.process.diagram > docs/process.md`."""

import sys
from collections.abc import Iterable, Iterator

from citygrid.process.acts import ACTS, ITEM_KINDS, ActSpec
from citygrid.process.refusal import MESSAGES
from citygrid.process.states import STATE_NAMES, TERMINAL, State
from citygrid.process.transitions import TRANSITIONS, Transition

_HEAD = """\
# The process

Made from the tables of `citygrid.process` by `python -m citygrid.process.diagram > docs/process.md`; a test holds it
equal. Do not edit it: change `acts.py`, `transitions.py`, `states.py` or `refusal.py`.

Who may do an act, by which limit, evidence and approval, is the variant's matter (管理模式, a file of the city folder);
what an act means is fixed here.
"""
_DIAGRAM_NOTE = """\
The diagram shows what changes the state. Not drawn, because they are possible nearly everywhere: void and force
(`approve` of such a request), merge and unmerge, and the acts that leave the state as it is.
"""


def states() -> Iterator[str]:
    """Rows of the table of states."""
    yield "| state | 中文 | meaning |"
    yield "|---|---|---|"
    for state, (zh, en) in STATE_NAMES.items():
        yield f"| `{state.value}` | {zh} | {en}{', the end' if state in TERMINAL else ''} |"


def diagram() -> Iterator[str]:
    """A Mermaid state diagram of the acts that change the state; acts between the same two states share an arrow."""
    arrows: dict[tuple[State | None, State], list[str]] = {}
    for row in TRANSITIONS:
        if row.act in ("merge", "unmerge", "follow_parent"):
            continue
        for target in row.to:
            ends = row.act == "approve" and target in TERMINAL
            if target is not row.source and not ends:
                arrows.setdefault((row.source, target), []).append(row.act)
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state, (zh, _) in STATE_NAMES.items():
        yield f"    {state.value}: {zh} {state.value}"
    for (source, target), acts in arrows.items():
        words = ", ".join(f"{ACTS[a].zh} {a}" for a in acts)
        yield f"    {source.value if source else '[*]'} --> {target.value}: {words}"
    for state in STATE_NAMES:
        if state in TERMINAL:
            yield f"    {state.value} --> [*]"
    yield "```"


def acts() -> Iterator[str]:
    """Rows of the table of acts: what leads where, what it answers, what it carries (required fields in bold)."""
    yield "| act | 中文 | from → to | answers | content | marks |"
    yield "|---|---|---|---|---|---|"
    for spec in ACTS.values():
        rows = [row for row in TRANSITIONS if row.act == spec.name]
        answers = sorted({row.answers for row in rows if row.answers})
        cells = (
            f"`{spec.name}`",
            spec.zh,
            "<br>".join(_paths(rows)),
            ", ".join(f"`{kind}`" for kind in answers) or "–",
            ", ".join(_fields(spec)) or "–",
            ", ".join(_marks(spec)) or "–",
        )
        yield "| " + " | ".join(cells) + " |"


def _paths(rows: Iterable[Transition]) -> list[str]:
    """From-states that lead to the same places in one line."""
    found: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        source = row.source.value if row.source else "(new)"
        stays = row.to in ((row.source,), ())
        targets = ("same",) if stays else tuple("same" if t is row.source else t.value for t in row.to)
        found.setdefault(targets, []).append(source)
    every = len(State)
    return [
        f"{'any' if len(sources) == every else ', '.join(sources)} → {' / '.join(targets)}"
        for targets, sources in found.items()
    ]


def _fields(spec: ActSpec) -> list[str]:
    out = []
    for field in spec.fields:
        kind = " / ".join(field.choices) or field.type
        text = f"{field.name}: {kind}"
        out.append(f"**{text}**" if field.required else text)
    return out


def _marks(spec: ActSpec) -> list[str]:
    marks = (
        (spec.creates, "begins a case"),
        (spec.handling, "makes a party"),
        (spec.judging, "not for a party, supervising side only"),
        (spec.internal, "the system's"),
    )
    return [word for holds, word in marks if holds]


def items() -> Iterator[str]:
    """Rows of the table of work item kinds, with the acts that answer each."""
    yield "| kind | 中文 | meaning | answered by |"
    yield "|---|---|---|---|"
    for kind, (zh, en) in ITEM_KINDS.items():
        by = dict.fromkeys(row.act for row in TRANSITIONS if row.answers == kind)
        yield f"| `{kind}` | {zh} | {en} | {', '.join(f'`{a}`' for a in by)} |"


def refusals() -> Iterator[str]:
    """Rows of the table of refusals; `{x}` stands for a parameter."""
    yield "| code | sentence |"
    yield "|---|---|"
    for code, message in MESSAGES.items():
        yield f"| `{code}` | {message.replace('%(', '{').replace(')s', '}')} |"


def page() -> str:
    """The whole page as Markdown."""
    parts = [_HEAD, "## States\n", *states(), "", _DIAGRAM_NOTE, *diagram(), "", "## Acts\n"]
    parts += ["Required content is bold.\n", *acts(), "", "## Work items\n", *items(), "", "## Refusals\n", *refusals()]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
