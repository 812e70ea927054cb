"""A space in fewer bytes: what is kept of it in the project file is the user's choice.

The vectors are written anew beside those that are there, block by block, and only then taken: whoever stops the work
or loses power has the space as it was, and goes on where it ended. What was kept before is there until the file is
compacted, and until then it can be undone to the last digit.
"""

from collections.abc import Generator
from dataclasses import dataclass

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.base.wording import count, size
from embexplorer.data.precision import WHOLE, Form
from embexplorer.data.vectors import SpaceInfo
from embexplorer.encoders.registry import find_model
from embexplorer.operations.spaces import chosen_space
from embexplorer.search.precision import fit
from embexplorer.store.changes import keep_form
from embexplorer.store.project import ProjectStore


@dataclass(frozen=True)
class ShrinkParams:
    """form: float16, int8, binary, pca128, first256, or both: pca128-int8; float32 to go back. space: "" for the
    largest."""

    form: str
    space: str = ""


def shrink_space(store: ProjectStore, params: ShrinkParams) -> Operation:
    """Keep a space in this form from now on; vectors that come later are written in it too. Outcome.value is the
    SpaceInfo; figures: bytes, of the vectors now, and before, what they took.

    Raises EmbexError where that cannot be, see refusal(), where the project can only be read, or the disk is full.
    """
    space = chosen_space(store, params.space)
    form = Form.named(params.form)
    if form.name == space.kept:
        return Outcome(f"“{space.name}” is kept as {form.name} already", value=space)
    if store.read_only:
        raise EmbexError(f"The project {store.path.name} cannot be changed now.", store.read_only_reason)
    reason = refusal(store, space, form)
    if reason is not None:
        raise reason
    problems = store.spaces.damaged(space.id)
    number = store.spaces.forms.written(space).get(form.name)
    if number is None:
        number = yield from _written(store, space, form)
    store.history.perform(keep_form(space.name, space.id, number, form.name))
    kept = store.spaces.get(space.id)
    before, now = (bytes_of(store, space, name) for name in (space.kept, form.name))
    words = f"“{space.name}” is kept as {form.name}: {size(now)} where {size(before)} were"
    return Outcome(words, problems, kept, {"bytes": float(now), "before": float(before)})


def refusal(store: ProjectStore, space: SpaceInfo, form: Form) -> EmbexError | None:
    """Why the vectors of a space cannot be kept in another form, None where they can."""
    if form.name in store.spaces.forms.written(space) and space.count:
        return None
    if not space.count:
        return EmbexError(f"The space “{space.name}” holds no vectors yet.", "Embed the items first.")
    try:
        form.check(space.dims)
    except EmbexError as error:
        return error
    if form.cut == "first" and not may_be_cut(space):
        return EmbexError(
            f"The model of “{space.name}” was not made so that its vectors can be cut off.",
            f"Choose pca{form.dims}: it keeps the {form.dims:,} directions in which they differ most.",
        )
    present = Form.named(space.kept)
    if form != WHOLE and form.row_bytes(space.dims) < present.row_bytes(space.dims):
        return None
    before = WHOLE.name in store.spaces.forms.written(space)
    return EmbexError(
        f"“{space.name}” is kept as {space.kept}, and {form.name} would not make it smaller.",
        "Go back to float32 first."
        if before
        else "Digits that were left out do not come back; embed the items again into a new space for all of them.",
    )


def may_be_cut(space: SpaceInfo) -> bool:
    """Whether the beginning of a vector of this space stands for the whole of it, as the model's manifest says with
    full_dims (which is dims where all of them are used)."""
    try:
        return bool(space.model) and find_model(space.model).full_dims > 0
    except EmbexError:
        return False  # the model is not installed here


def bytes_of(store: ProjectStore, space: SpaceInfo, form: str) -> int:
    """What the vectors of a space take in a form, without what the form itself takes."""
    return Form.named(form).row_bytes(space.dims) * store.spaces.get(space.id).count


def _written(store: ProjectStore, space: SpaceInfo, form: Form) -> Generator[Step, None, int]:
    """Write all vectors in this form, a block a step; those that are written already are passed over. Returns the
    number of the codec."""
    store.free_space_check(form.row_bytes(space.dims) * space.count)
    yield Step(0, space.count, "Looking at the vectors")
    forms, matrix = store.spaces.forms, store.spaces.vectors(space.id, trashed=True).matrix
    number = forms.prepare(space, fit(matrix, form, space.metric))
    lacking = forms.lacking(space, number)
    missing = sum(int(part.rows.sum()) for part in lacking)
    done = space.count - missing
    for part in lacking:
        yield Step(done, space.count, f"Writing {count(missing, 'vector')} as {form.name}")
        forms.carry(space, part, number)
        done += int(part.rows.sum())
    return number
