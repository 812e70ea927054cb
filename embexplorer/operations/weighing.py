"""What each form of a space would take and find, on this very project: the table from which the user chooses."""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.data.precision import WHOLE, Form
from embexplorer.data.vectors import SpaceInfo
from embexplorer.operations.formwords import advice, detail, title
from embexplorer.operations.indexing import spaces_fingerprint
from embexplorer.operations.shrinking import may_be_cut, refusal
from embexplorer.operations.spaces import chosen_space
from embexplorer.search.precision_measuring import Measured, Measurement, Way, measure
from embexplorer.store.project import ProjectStore

_log = logging.getLogger(__name__)

State = Literal["kept", "possible", "back"]

_PRECISIONS = ("float32", "float16", "int8", "binary")
_CUTS = (1_024, 512, 256, 128, 64)
_MOST_CUTS = 3
_RESCORED = (("binary", "int8"), ("binary", "float16"))
_NAN = float("nan")


@dataclass(frozen=True)
class FormChoice:
    """A form that a space can be kept in.

    state: "kept" now; "possible"; "back" where it was kept before and is still there. total_bytes: of all vectors.
    recall, worst, ms: see search/precision_measuring.py, NaN until they are measured.
    """

    name: str
    title: str
    detail: str
    row_bytes: int
    total_bytes: int
    state: State
    recall: float = _NAN
    worst: float = _NAN
    ms: float = _NAN


@dataclass(frozen=True)
class SpaceSizes:
    """A space and the forms it can be kept in, the largest first.

    rescored: searches through a small form whose best are compared again in a finer one. measurement: None until it was
    measured. advised: the name of the form to choose, "" for the present one. spare_bytes: what compacting the file
    would give back of forms that no space is kept in any more.
    """

    space: SpaceInfo
    forms: tuple[FormChoice, ...]
    rescored: tuple[Measured, ...] = ()
    measurement: Measurement | None = None
    advised: str = ""
    advice: str = ""
    spare_bytes: int = 0


def all_sizes(store: ProjectStore) -> tuple[SpaceSizes, ...]:
    """Every space of a project, with what was measured before. Quick."""
    return tuple(sizes_of(store, space) for space in store.spaces.all())


def sizes_of(store: ProjectStore, space: SpaceInfo) -> SpaceSizes:
    measurement = _recalled(store, space)
    known = {way.name: way for way in measurement.ways} if measurement is not None else {}
    written = store.spaces.forms.written(space)
    choices = tuple(_choice(space, form, written, known.get(form.name)) for form in offered(store, space))
    rescored = tuple(way for name, way in known.items() if "+" in name)
    advised, words = "", ""
    if measurement is not None and space.kept in known:
        others = {choice.name for choice in choices if choice.state != "kept"}
        advised, words = advice(known[space.kept], tuple(way for name, way in known.items() if name in others))
    return SpaceSizes(space, choices, rescored, measurement, advised, words, store.spaces.forms.spare_bytes())


def offered(store: ProjectStore, space: SpaceInfo) -> tuple[Form, ...]:
    """The forms that a space can be kept in, the present one among them, the largest first."""
    cuts = [cut for cut in _CUTS if cut < space.dims][:_MOST_CUTS]
    forms = [Form.named(name) for name in _PRECISIONS]
    forms += [Form("float16", "first", cut) for cut in cuts if may_be_cut(space)]
    forms += [Form("float16", "pca", cut) for cut in cuts]
    present = Form.named(space.kept)
    possible = {form for form in forms if form == present or refusal(store, space, form) is None}
    return tuple(sorted(possible | {present}, key=lambda form: -form.row_bytes(space.dims)))


def weigh_space(
    store: ProjectStore, space_name: str = "", asked: Callable[[SpaceInfo], np.ndarray] | None = None
) -> Operation:
    """Measure every form of a space on a sample of its own vectors. Outcome.value is its SpaceSizes.

    asked: gives the vectors (m, d) of the user's own queries in a space; none of them, or None, for items as queries.
    What is compared is what the space keeps now: digits that were left out before are not missed any more.
    """
    space = chosen_space(store, space_name)
    yield Step(0, 0, "Reading the vectors")
    vectors = store.spaces.vectors(space.id, trashed=True)
    ways = [Way(form) for form in offered(store, space)]
    ways += [Way(Form.named(coarse), Form.named(fine)) for coarse, fine in _RESCORED]
    queries = asked(space) if asked is not None else None
    measurement = yield from measure(vectors.matrix, space.metric, ways, queries)
    _remember(store, space, measurement)
    sizes = sizes_of(store, space)
    return Outcome(sizes.advice or "Measured", value=sizes)


def _choice(space: SpaceInfo, form: Form, written: dict[str, int], measured: Measured | None) -> FormChoice:
    state: State = "kept" if form.name == space.kept else "back" if form.name in written else "possible"
    row_bytes = form.row_bytes(space.dims)
    total = row_bytes * space.count + form.own_bytes(space.dims)
    plain = FormChoice(form.name, title(form, space.dims), detail(form), row_bytes, total, state)
    if measured is None:
        return plain
    return replace(plain, recall=measured.recall, worst=measured.worst, ms=measured.ms)


def _path(store: ProjectStore, space: SpaceInfo) -> Path:
    return store.cache_folder() / f"forms-{space.id}.json"


def _stamp(store: ProjectStore, space: SpaceInfo) -> str:
    """The same in every form: what a form finds was compared with more digits, and stays true when they are gone."""
    return spaces_fingerprint(replace(space, kept=WHOLE.name), store.spaces.vectors(space.id, trashed=True))


def _remember(store: ProjectStore, space: SpaceInfo, measurement: Measurement) -> None:
    """In the cache, for these vectors only."""
    path = _path(store, space)
    kept = json.dumps({"of": _stamp(store, space), "found": asdict(measurement)})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(kept, encoding="utf-8")
    except OSError as error:
        _log.warning("what was measured is not kept: %s", error)


def _recalled(store: ProjectStore, space: SpaceInfo) -> Measurement | None:
    try:
        kept = json.loads(_path(store, space).read_text(encoding="utf-8"))
        if kept["of"] != _stamp(store, space):
            return None
        found = kept["found"]
        return Measurement(**{**found, "ways": tuple(Measured(**way) for way in found["ways"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None
