"""What the user asked for an import, joined with what each source proposes."""

from collections.abc import Mapping, Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from pathlib import Path

from embexplorer.base.errors import EmbexError
from embexplorer.data.items import ImportChoices, Preview
from embexplorer.files.sources import Source, is_missing, preview
from embexplorer.operations.importing import ImportParams
from embexplorer.store.project import ProjectStore


def earlier_choices(store: ProjectStore) -> dict[str, ImportChoices]:
    """How the project's sources were read the last time, by path."""
    return {source.path: source.choices for source in store.sources.all()}


def choose(
    params: ImportParams,
    given: ImportChoices,
    fields: Sequence[str] | None = None,
    earlier: Mapping[str, ImportChoices] | None = None,
) -> ImportParams:
    """The same sources with complete choices. What is given counts; what is "" or 0 is as it was the last time that
    the source was read, and else proposed by the source.

    earlier: see earlier_choices.
    Raises EmbexError where no source has a given column, or where there is no such table of metadata.
    """
    if given.metadata and is_missing(Path(given.metadata)):
        raise EmbexError(f"There is no file {given.metadata}.", "Check the name of the table of metadata.")
    chosen: list[tuple[Source, ImportChoices | None]] = []
    seen: set[str] = set()
    for source, _ in params.sources:
        before = (earlier or {}).get(str(source.path))
        asked = given if before is None else _with_earlier(given, before)
        try:
            found = _seen(source, asked)
        except EmbexError:
            chosen.append((source, None))  # the import says what is wrong with it, and goes on with the others
            continue
        names = {column.name for column in found.columns}
        seen |= names
        kept = [field.name for field in before.fields] if fields is None and before and before.fields else fields
        joined = _joined(found, asked, names, kept)
        chosen.append((source, joined if before is None else _typed_as_before(joined, before)))
    wanted = [name for name in (given.text, given.title, *(fields or ())) if name]
    for name in wanted:
        if seen and name not in seen:
            raise EmbexError(f"There is no column “{name}” in these files.", f"There are {', '.join(sorted(seen))}.")
    return ImportParams(tuple(chosen))


def _with_earlier(given: ImportChoices, before: ImportChoices) -> ImportChoices:
    """What is given, and for the rest what was chosen before. The fields are not joined here."""
    names = [field.name for field in dataclass_fields(ImportChoices) if field.name != "fields"]
    return replace(given, **{name: getattr(given, name) or getattr(before, name) for name in names})


def _typed_as_before(choices: ImportChoices, before: ImportChoices) -> ImportChoices:
    types = {field.name: field for field in before.fields or ()}
    return replace(choices, fields=tuple(types.get(field.name, field) for field in choices.fields or ()))


def _seen(source: Source, given: ImportChoices) -> Preview:
    """The preview under what is given, without the columns that this source has not: another one may have them."""
    plain = replace(given, text="", title="")
    found = preview(source, plain)
    names = {column.name for column in found.columns}
    fitting = replace(
        given, text=given.text if given.text in names else "", title=given.title if given.title in names else ""
    )
    return found if fitting == plain else preview(source, fitting)


def _joined(found: Preview, given: ImportChoices, names: set[str], fields: Sequence[str] | None) -> ImportChoices:
    proposal = found.choices
    kept = proposal.fields if proposal.fields is not None else found.columns
    if fields is not None:
        kept = tuple(column for column in found.columns if column.name in fields)
    return replace(
        proposal,
        text=given.text if given.text in names else proposal.text,
        title=given.title if given.title in names else proposal.title,
        fields=kept,
        passages=given.passages or proposal.passages,
        metadata=given.metadata or proposal.metadata,
        encoding=given.encoding or proposal.encoding,
        delimiter=given.delimiter or proposal.delimiter,
        sheet=given.sheet or proposal.sheet,
        vectors=given.vectors or proposal.vectors,
    )
