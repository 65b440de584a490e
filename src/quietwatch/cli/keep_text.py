"""What people read of lineage, of `gc` and of `fsck`."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from quietwatch.cli.words import counted, size
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.store.keep.gc import Collected
    from quietwatch.store.keep.repair import Mended
    from quietwatch.store.lineage import Node

_STYLES = {"event": "bold", "erasure": "bold red", "commit": "cyan"}
_SHORT = {"commit", "sha256", "pack"}
_WIDE = 200  # a file has no edge at which to break a line
_MOST = 5  # clips and events that are named of one finding


def show_lineage(node: "Node") -> None:
    """As a tree: relation, kind and name, and what is known of it."""
    _console().print(_grown(Tree(_line(node), guide_style="dim"), node))


def show_collected(found: "Collected", lines: int, *, dry_run: bool) -> None:
    """What `gc` did, a line each; `lines` are those of the audit log that went."""
    would = "would go" if dry_run else "gone"
    told = [
        f"Time over: {counted(found.expired, 'clip')}, {size(found.expired_bytes)} {would}",
        f"Needed by nothing: {counted(found.marked, 'blob')}, {size(found.marked_bytes)} marked",
    ]
    if not dry_run:
        erased = found.erased
        sizes = sum(one for _, one in erased.blobs)
        told.append(f"Erased: {counted(len(erased.blobs), 'blob')}, {size(sizes)} gone")
        if erased.waiting:
            told.append(f"{counted(erased.waiting, 'erased blob')} still needed elsewhere")
        taken = f"{counted(found.taken, 'blob')}, {size(found.taken_bytes)}"
        told.append(f"Removed, needed by nothing: {taken}")
    if lines:
        told.append(f"Audit log: {counted(lines, 'line')} {would}")
    console = _console()
    for line in told:
        console.print(Text(line), soft_wrap=True)


def show_findings(found: "Sequence[Mended]") -> None:
    """What is wrong, with what it costs; orphans are only counted."""
    console = _console()
    wrong = [one for one in found if one.finding.is_wrong]
    for one in wrong:
        finding = one.finding
        head = Text.assemble((finding.trouble.value, "bold red"), "  ", finding.name)
        console.print(head, soft_wrap=True)
        for what, names in (
            ("in", finding.files),
            ("clip", finding.clips),
            ("event", finding.events),
        ):
            for name in names[:_MOST]:
                console.print(Text(f"  {what} {printable(name)}"), soft_wrap=True)
            if len(names) > _MOST:
                console.print(Text(f"  and {len(names) - _MOST:,} more", "dim"))
        if one.how:
            console.print(Text(f"  {one.how}", "green"), soft_wrap=True)
    orphans = [one.finding.size for one in found if not one.finding.is_wrong]
    if orphans:
        told = f"{counted(len(orphans), 'blob')} needed by nothing, {size(sum(orphans))}"
        console.print(Text(f"{told}; `quietwatch gc` removes them.", "dim"), soft_wrap=True)
    if wrong:
        console.print(Text(f"{counted(len(wrong), 'thing')} wrong.", "bold red"))
    else:
        console.print(Text("All is there.", "green"))


def _grown(tree: Tree, node: "Node") -> Tree:
    for below in node.below:
        _grown(tree.add(_line(below)), below)
    return tree


def _line(node: "Node") -> Text:
    name = node.name
    if node.kind == "commit":
        repo, _, commit = name.partition("@")
        name = f"{repo}@{commit[:12]}"
    elif node.kind in {"analysis", "decision"} and ":" not in name:  # a key, no file
        name = name[:12]
    line = Text(f"{node.how} " if node.how else "", "dim")
    line.append(f"{node.kind} " if node.kind != "commit" else "", "dim")
    line.append(printable(name), _STYLES.get(node.kind, ""))
    facts = ", ".join(
        f"{key.replace('_', ' ')} {_short(key, value)}"
        for key, value in node.facts.items()
        if value is not None and value is not False
    )
    return line.append(f"  {facts}" if facts else "", "dim")


def _short(key: str, value: object) -> str:
    text = printable(str(value))
    return text[:12] if key in _SHORT else "yes" if value is True else text


def _console() -> Console:
    width = None if sys.stdout.isatty() else _WIDE
    return Console(width=width, highlight=False, emoji=False, markup=False)
