"""Two schemas of one event, compared: each change, and whom it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from ._alternatives import compare_alternatives
from ._annotations import changed_annotations
from ._context import ComparisonContext
from ._describe import summary
from ._documents import Document
from ._impact import EVERYBODY, NOBODY, ImpactAnalyzer, Roles
from ._shapes import Array, Record, Schema, Shape, UnsupportedSchema
from .changes import ChangeKind, Finding

_Pair: TypeAlias = tuple[int, int, Roles]


def compare_schemas(old: Schema, new: Schema, *, event: str = "") -> tuple[Finding, ...]:
    """Compare two versions of the schema of one event.

    Args:
        old: The document of a release: JSON values, as ``json.loads`` makes them.
        new: The document that is to be released.
        event: The name of the event, for the findings.

    Returns:
        Every change, in the order of the documents. None of them breaks deployed producers only if
        everything that they may send is valid for new consumers, and none breaks deployed consumers
        only if that holds for what new producers may send. Edited titles and examples, another
        order, and definitions that were moved, renamed or inlined are not changes.

    Example:
        >>> from platform_events.contracts.compatibility import compare_schemas
        >>> old = {"type": "object", "properties": {"score": {"enum": ["performance"]}}}
        >>> new = {"type": "object", "properties": {"score": {"enum": ["performance", "progress"]}}}
        >>> [finding] = compare_schemas(old, new)
        >>> print(f"{finding.path}: {finding}, breaks {', '.join(finding.breaks)}")
        data.score: value added: progress, breaks deployed consumers
    """
    comparison = _Comparison(event, Document(old), Document(new))
    try:
        comparison.walk("data", old, new, EVERYBODY)
    except RecursionError:
        hint = "it is too deep to be compared"
        return (Finding(event, "data", ChangeKind.NOT_JUDGED, "", "", EVERYBODY, hint),)
    return tuple(dict.fromkeys(comparison.findings))


class _Comparison:
    """Walks through two documents side by side, and explains what the analyzer says of pairs."""

    def __init__(self, event: str, old: Document, new: Document) -> None:
        self.findings: list[Finding] = []
        self._event = event
        self._old = old
        self._new = new
        self._impact = ImpactAnalyzer(old, new)
        self._visited: set[_Pair] = set()
        self._entered: set[_Pair] = set()
        self._recursive: set[_Pair] = set()

    def walk(self, path: str, old: Schema, new: Schema, roles: Roles) -> Roles:
        """Compare two schemas at one place; returns the roles that its change breaks."""
        if self._are_same(old, new):
            return NOBODY
        annotations = self._old.annotations(old), self._new.annotations(new)
        self.findings += changed_annotations(self._event, path, *annotations)
        broken = self._impact.broken(roles, old, new)
        context = ComparisonContext(
            event=self._event, path=path, old=old, new=new, broken=broken, impact=self._impact,
            documents=(self._old, self._new), walk=self.walk, findings=self.findings,
        )  # fmt: skip
        try:
            shapes = self._old.alternatives(old).shapes, self._new.alternatives(new).shapes
        except UnsupportedSchema as error:
            self._compare_whole(context, str(error))
        else:
            self._compare_shapes(context, *shapes)
        return broken

    def _compare_whole(self, context: ComparisonContext, reason: str) -> None:
        context.explain(ChangeKind.NOT_JUDGED, hint=reason)
        if not context.broken:
            context.add(ChangeKind.MARK, "annotations", "other annotations", hint=reason)

    def _compare_shapes(
        self, context: ComparisonContext, old: Sequence[Shape], new: Sequence[Shape]
    ) -> None:
        pair = id(context.old), id(context.new), context.broken
        if pair in self._visited:
            self._recursive |= {pair} & self._entered
            return
        # What is nested may contain itself; the rest is told wherever it is.
        if any(isinstance(shape, Array | Record) for shape in [*old, *new]):
            self._visited.add(pair)
        self._entered.add(pair)
        known = len(self.findings)
        compare_alternatives(context, old, new)
        self._entered.discard(pair)
        if pair in self._recursive:
            # A change of itself is not a reason: one must have been found since.
            context.explained = NOBODY.union(*(one.breaks for one in self.findings[known:]))
        words = summary(old), summary(new)
        hint = "it allows other values" if words[0] == words[1] else ""
        context.explain(ChangeKind.CONTENT, *words, hint=hint)

    def _are_same(self, old: Schema, new: Schema) -> bool:
        try:
            before, after = (
                document.fingerprint(part, keeps_annotations=True)
                for document, part in ((self._old, old), (self._new, new))
            )
        except UnsupportedSchema:
            return False
        return before == after
