"""What becomes of each column of a source: the text, the title, a field of some type, or nothing. Plain values."""

from dataclasses import replace
from enum import StrEnum

from embexplorer.data.items import Field, FieldType, ImportChoices, Preview


class Role(StrEnum):
    """A column has one of these, or a FieldType."""

    EMBEDDED = "embedded"
    TITLE = "title"
    LEFT_OUT = "left out"


AnyRole = Role | FieldType

WORDS: dict[AnyRole, str] = {
    Role.EMBEDDED: "Text to embed",
    Role.TITLE: "Title",
    FieldType.CATEGORY: "Category",
    FieldType.NUMBER: "Number",
    FieldType.DATE: "Date",
    FieldType.BOOLEAN: "Yes or no",
    FieldType.TAGS: "Tags",
    FieldType.TEXT: "Free text",
    Role.LEFT_OUT: "Left out",
}


def roles(preview: Preview, choices: ImportChoices) -> dict[str, AnyRole]:
    """The role of each column, in the order of the columns."""
    kept = {field.name: field.type for field in kept_fields(preview, choices)}
    found: dict[str, AnyRole] = {column.name: kept.get(column.name, Role.LEFT_OUT) for column in preview.columns}
    for name, role in ((choices.title, Role.TITLE), (choices.text, Role.EMBEDDED)):
        if name in found:
            found[name] = role
    return found


def kept_fields(preview: Preview, choices: ImportChoices) -> tuple[Field, ...]:
    if choices.fields is not None:
        return choices.fields
    return tuple(column for column in preview.columns if column.name not in (choices.text, choices.title))


def with_role(preview: Preview, choices: ImportChoices, name: str, role: AnyRole) -> ImportChoices:
    """The choices with this column in another role. A column that was the text or the title becomes a field again, of
    its guessed type; name "" with EMBEDDED or TITLE means that no column has that role."""
    given = roles(preview, choices)
    guessed = {column.name: column for column in preview.columns}
    if role in (Role.EMBEDDED, Role.TITLE):
        given.update({other: guessed[other].type for other, its in given.items() if its is role})
    if name:
        given[name] = role
    earlier = {field.name: field for field in kept_fields(preview, choices)}
    fields = tuple(
        _field(earlier.get(column, guessed[column]), kind)
        for column, kind in given.items()
        if isinstance(kind, FieldType)
    )
    return replace(choices, text=_named(given, Role.EMBEDDED), title=_named(given, Role.TITLE), fields=fields)


def read_anew(choices: ImportChoices, **changed: str | int) -> ImportChoices:
    """The choices with another encoding, delimiter, sheet, size of passages, vectors or metadata. The columns may be
    others then, so what was chosen for them is guessed again."""
    return replace(choices, text="", title="", fields=None, **changed)  # type: ignore[arg-type]  # names are the fields'


def _field(field: Field, kind: FieldType) -> Field:
    return field if field.type is kind else Field(field.name, kind)


def _named(given: dict[str, AnyRole], role: Role) -> str:
    return next((name for name, its in given.items() if its is role), "")
