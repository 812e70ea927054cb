"""What the page about a project's spaces shows."""

from dataclasses import dataclass
from typing import Literal

from embexplorer.base.wording import count, size
from embexplorer.data.precision import Form
from embexplorer.operations.formwords import found_words, ms_words, title, worst_words
from embexplorer.operations.weighing import FormChoice, SpaceSizes

Sign = Literal["kept", "advised", ""]


@dataclass(frozen=True)
class FormView:
    """One form of a space, in words. share: its bytes of the largest form's, 0 to 1. keep: what the button says, "" for
    none: it is kept so now. found, worst, ms: "" until they are measured."""

    name: str
    title: str
    detail: str
    size: str
    share: float
    found: str
    worst: str
    ms: str
    keep: str
    sign: Sign = ""


@dataclass(frozen=True)
class SpaceView:
    """A space and its forms, the largest first. advice: what to choose. notes: how it was measured, what is gone."""

    name: str
    words: str
    forms: tuple[FormView, ...]
    measured: bool
    advice: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpacesView:
    """spare: how much compacting gives back, "" for nothing. read_only: why nothing can be kept otherwise, ""."""

    spaces: tuple[SpaceView, ...]
    spare: str = ""
    read_only: str = ""


def spaces_view(found: tuple[SpaceSizes, ...], read_only: str) -> SpacesView:
    spare = max((sizes.spare_bytes for sizes in found), default=0)
    return SpacesView(tuple(map(_space, found)), size(spare) if spare else "", read_only)


def _space(sizes: SpaceSizes) -> SpaceView:
    space = sizes.space
    largest = max((form.total_bytes for form in sizes.forms), default=1)
    forms = tuple(_form(form, largest, sizes.advised) for form in sizes.forms if space.count)
    words = f"{count(space.count, 'vector')} of {space.dims:,} numbers, kept as {space.kept}"
    words = words if space.count else "It holds no vectors yet."
    return SpaceView(space.name, words, forms, sizes.measurement is not None, sizes.advice, _notes(sizes))


def _form(form: FormChoice, largest: int, advised: str) -> FormView:
    measured = form.recall == form.recall
    keep = {"kept": "", "back": "Go back", "possible": "Keep this"}[form.state]
    sign: Sign = "kept" if form.state == "kept" else "advised" if form.name == advised else ""
    return FormView(
        form.name, form.title, form.detail, size(form.total_bytes), form.total_bytes / max(largest, 1),
        found_words(form.recall), worst_words(form.worst), ms_words(form.ms) if measured else "", keep, sign,
    )  # fmt: skip


def _notes(sizes: SpaceSizes) -> tuple[str, ...]:
    notes = []
    how = sizes.measurement
    if how is not None and how.queries:
        asked = count(how.queries, "search", "searches") if how.own else f"{count(how.queries, 'item')} as searches"
        among = f"{how.sampled:,} of {how.rows:,} vectors" if how.sampled < how.rows else f"{how.rows:,} vectors"
        notes.append(
            f"Measured here with {asked} for the ten nearest among {among}. The time is that of one processor "
            "core comparing all of them."
        )
    if sizes.rescored:
        best = max(sizes.rescored, key=lambda way: (round(way.recall, 3), -way.total_bytes))
        coarse, fine = (title(Form.named(name), sizes.space.dims).lower() for name in best.name.split("+"))
        notes.append(
            f"Looking through all of them as {coarse} and comparing the best again as {fine} "
            f"{found_words(best.recall)}, in {ms_words(best.ms)}."
        )
    if sizes.space.kept != "float32" and all(form.name != "float32" for form in sizes.forms):
        notes.append("The digits that were left out are gone since the file was compacted.")
    return tuple(notes)
