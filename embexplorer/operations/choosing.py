"""What the user asked for an import, joined with what each source proposes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from embexplorer.base.errors import EmbexError
from embexplorer.data.items import ImportChoices, Preview
from embexplorer.files.sources import Source, is_missing, preview
from embexplorer.operations.importing import ImportParams


def choose(params: ImportParams, given: ImportChoices, fields: Sequence[str] | None = None) -> ImportParams:
    """The same sources with complete choices. What is given counts; what is "" or 0 is proposed by the source.

    Raises EmbexError where no source has a given column, or where there is no such table of metadata.
    """
    if given.metadata and is_missing(Path(given.metadata)):
        raise EmbexError(f"There is no file {given.metadata}.", "Check the name of the table of metadata.")
    chosen: list[tuple[Source, ImportChoices | None]] = []
    seen: set[str] = set()
    for source, _ in params.sources:
        try:
            found = _seen(source, given)
        except EmbexError:
            chosen.append((source, None))  # the import says what is wrong with it, and goes on with the others
            continue
        names = {column.name for column in found.columns}
        seen |= names
        chosen.append((source, _joined(found, given, names, fields)))
    wanted = [name for name in (given.text, given.title, *(fields or ())) if name]
    for name in wanted:
        if seen and name not in seen:
            raise EmbexError(f"There is no column “{name}” in these files.", f"There are {', '.join(sorted(seen))}.")
    return ImportParams(tuple(chosen))


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
