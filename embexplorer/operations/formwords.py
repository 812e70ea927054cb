"""The forms of a space, and what was measured of them, in words."""

from embexplorer.data.precision import Form, Precision
from embexplorer.search.precision_measuring import Measured

_EACH: dict[Precision, str] = {
    "float32": "4 bytes a number",
    "float16": "2 bytes a number",
    "int8": "1 byte a number",
    "binary": "1 bit a number",
}
_TITLES: dict[Precision, str] = {
    "float32": "As computed",
    "float16": "Shorter numbers",
    "int8": "Whole numbers",
    "binary": "Single bits",
}
_SAME = 0.9995  # of what is found; more is said to be the same
GOOD = 0.99  # of the nearest ten: what is missing is hardly ever noticed
_TIMES = {2: "half", 3: "a third", 4: "a quarter", 5: "a fifth", 6: "a sixth", 8: "an eighth"}


def title(form: Form, dims: int) -> str:
    """“Whole numbers”, or “128 of 384 directions”."""
    if form.cut == "pca":
        return f"{form.dims:,} of {dims:,} directions"
    if form.cut == "first":
        return f"First {form.dims:,} of {dims:,} numbers"
    return _TITLES[form.precision]


def detail(form: Form) -> str:
    """“2 bytes a number (float16)”."""
    return f"{_EACH[form.precision]} ({form.name})"


def found_words(recall: float) -> str:
    """“finds 99.7 of 100”: how many of the truly nearest; "" where that is not known."""
    if recall != recall:
        return ""
    if recall >= _SAME:
        return "finds the same"
    share = 100 * recall
    return f"finds {share:.1f} of 100" if share > 90 else f"finds {share:.0f} of 100"


def worst_words(worst: float) -> str:
    """“9 of 10 in the worst search”."""
    return f"{round(worst * 10)} of 10 in the worst search" if worst == worst else ""


def ms_words(ms: float) -> str:
    """“2.6 ms”."""
    return f"{ms:,.0f} ms" if ms >= 100 else f"{ms:.1f} ms" if ms >= 0.1 else "under 0.1 ms"


def share_words(part: float, whole: float) -> str:
    """“a quarter”: what part of a size another is."""
    times = whole / max(part, 1)
    near = round(times)
    if near in _TIMES and abs(times - near) < 0.12 * near:
        return _TIMES[near]
    return f"{100 * part / max(whole, 1):.0f} %"


def advice(present: Measured, others: tuple[Measured, ...]) -> tuple[str, str]:
    """The name of the smallest form that still finds nearly everything, "" for the present one, and a sentence."""
    if present.recall != present.recall:
        return "", "There are too few items to measure what would be lost."
    good = [form for form in others if form.recall >= GOOD and form.total_bytes < 0.9 * present.total_bytes]
    if not good:
        return "", "It is best kept as it is: every smaller form would miss more than 1 in 100."
    best = min(good, key=lambda form: form.total_bytes)
    share = share_words(best.total_bytes, present.total_bytes)
    return (
        best.name,
        f"Kept as {best.name}, the vectors take {share} of the room, and a search {found_words(best.recall)}.",
    )
