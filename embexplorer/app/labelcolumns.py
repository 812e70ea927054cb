"""What the words on a map can be: the parts of the map, titles, or the values of a column."""

from typing import Final

from embexplorer.app.appearance import label_of
from embexplorer.app.state import REGIONS, Facts
from embexplorer.data.items import FieldType

VALUES: Final = (FieldType.CATEGORY, FieldType.BOOLEAN, FieldType.TAGS)  # have a name for each area


def label_columns(facts: Facts) -> tuple[tuple[str, str], ...]:
    """(name, label) of what a map can be labelled by: its parts, the titles, then the columns."""
    parts = ((REGIONS, "Parts of the map"),) if facts.maps else ()
    titles = (("@title", "Titles"),) if _has_words(facts, "@title") else (("@text", "Texts"),)
    fields = [
        (name, label_of(name))
        for name, kind in facts.schema.items()
        if (kind in VALUES and name != "@kind")
        or (kind is FieldType.TEXT and not name.startswith("@") and name not in facts.own_names)
    ]
    return (*parts, *titles, *sorted(fields, key=lambda field: field[0].startswith("@")))


def chosen_labels(facts: Facts, wanted: str, colour: str) -> str:
    """What the maps are labelled by: as the user wants, or as proposed: the parts of a map of texts, else the
    categories of the column that colours it; "" where neither is there."""
    if wanted in (name for name, _ in label_columns(facts)):
        return wanted
    if facts.maps and _has_words(facts, "@text", in_most=True):
        return REGIONS
    return colour if facts.schema[colour] in VALUES and colour != "@kind" else ""


def _has_words(facts: Facts, name: str, in_most: bool = False) -> bool:
    """Whether a text column says anything, or says something of most items."""
    if name not in facts.frame.columns or not len(facts):
        return False
    known = facts.frame[name].str.len_bytes() > 0
    return 2 * int(known.sum()) > len(facts) if in_most else bool(known.any())
