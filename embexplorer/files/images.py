"""Images, alone or as a folder: only their headers are read here, the encoder decodes them."""

import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.base.fingerprint import file_fingerprint
from embexplorer.base.progress import Problem
from embexplorer.base.wording import count
from embexplorer.data.items import Field, FieldType, ImportChoices, ItemBatch, Kind, Preview
from embexplorer.files.contract import Chunk, Source
from embexplorer.files.failures import as_problem, in_words
from embexplorer.files.folders import folder_of, frame, kept_fields, total_bytes
from embexplorer.files.keys import Occurrences

# Beyond this a decoded image takes more than 600 MB; cameras make up to some 150 million pixels.
MOST_PIXELS = 200_000_000
_FIRST_ROWS = 64
_PREVIEW_S = 0.12
_PREVIEW_FILES = 20
_EXIF_BLOCK, _EXIF_TAKEN, _EXIF_CHANGED = 0x8769, 0x9003, 0x0132
_FIELDS = (
    Field("folder", FieldType.CATEGORY),
    Field("format", FieldType.CATEGORY),
    Field("width", FieldType.NUMBER, whole=True),
    Field("height", FieldType.NUMBER, whole=True),
    Field("size", FieldType.NUMBER, whole=True),
    Field("taken", FieldType.DATE),
)
_NAME = Field("name", FieldType.TEXT)


@dataclass(frozen=True)
class ImageFacts:
    format: str
    width: int
    height: int
    size: int
    taken: datetime | None


def preview(source: Source, choices: ImportChoices | None) -> Preview:
    """Reads headers until an eighth of a second has passed, at least one that is good."""
    deadline = time.monotonic() + _PREVIEW_S
    rows: list[dict[str, object]] = []
    problems: list[Problem] = []
    for path in source.files:
        if rows and (len(rows) >= _PREVIEW_FILES or time.monotonic() > deadline):
            break
        try:
            rows.append({"name": path.stem, **_row(source, path, image_facts(path))})
        except EmbexError as error:
            problems.append(as_problem(path.name, error))
    if not rows:
        raise _nothing(source, problems)
    return Preview(
        format="folder of images" if len(source.files) > 1 else "image",
        kind=Kind.IMAGE,
        rows=frame((_NAME, *_FIELDS), rows),
        columns=(_NAME, *_FIELDS),
        choices=ImportChoices(title="name", fields=kept_fields(choices, _FIELDS)),
        items=len(source.files) if len(source.files) > 1 else len(rows),
        items_exact=not problems,
        size_bytes=total_bytes(source.files),
        problems=tuple(problems),
    )


def read(source: Source, choices: ImportChoices, batch_rows: int) -> Iterator[Chunk]:
    """The first batch is small, so that there is something to show at once. Raises EmbexError when no image is good."""
    fields = kept_fields(choices, _FIELDS)
    occurrences = Occurrences()
    total = len(source.files)
    start, step, found = 0, min(_FIRST_ROWS, batch_rows), 0
    problems: list[Problem] = []
    while start < total:
        batch = _batch(source, source.files[start : start + step], fields, occurrences)
        start, step = start + step, batch_rows
        found += len(batch)
        problems.extend(batch.problems)
        if found:
            yield Chunk(replace(batch, problems=tuple(problems)), min(start, total), total)
            problems = []
    if not found:
        raise _nothing(source, problems)


def image_facts(path: Path) -> ImageFacts:
    """What the header of an image says. Raises EmbexError where it is none, or one of an enormous size."""
    from PIL import Image, UnidentifiedImageError

    try:
        size = path.stat().st_size
        if not size:
            raise EmbexError(f"{path.name} is empty.", "Copy it again.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large images and odd metadata; both are judged below
            with Image.open(path) as image:
                width, height = image.size
                kind = (image.format or "").lower()
                taken = _taken(image) if kind in ("jpeg", "tiff", "mpo") else None
    except Image.DecompressionBombError as error:
        raise _enormous(path) from error
    except UnidentifiedImageError as error:
        raise EmbexError(f"{path.name} is damaged or is no image.", "Copy it again or leave it out.") from error
    except (SyntaxError, ValueError, EOFError, IndexError, TypeError, OverflowError) as error:
        raise EmbexError(f"{path.name} is damaged: its header cannot be read.", "Copy it again.") from error
    except OSError as error:
        if error.errno is None:
            raise EmbexError(f"{path.name} is damaged: its header cannot be read.", "Copy it again.") from error
        raise in_words(path, error) from error
    if width * height > MOST_PIXELS:
        raise _enormous(path, f" of {width:,} × {height:,} pixels")
    return ImageFacts("jpeg" if kind == "mpo" else kind, width, height, size, taken)


def _batch(source: Source, files: tuple[Path, ...], fields: tuple[Field, ...], occurrences: Occurrences) -> ItemBatch:
    good: list[Path] = []
    rows: list[dict[str, object]] = []
    keys: list[int] = []
    problems: list[Problem] = []
    for path in files:
        try:
            row = _row(source, path, image_facts(path))
            key = _key(path)
        except EmbexError as error:
            problems.append(as_problem(path.name, error))
            continue
        good.append(path)
        rows.append(row)
        keys.append(key)
    return ItemBatch(
        kind=Kind.IMAGE,
        titles=[path.stem for path in good],
        texts=[""] * len(good),
        uris=[str(path) for path in good],
        keys=occurrences.number(np.array(keys, np.int64)),
        fields=frame(fields, rows),
        problems=tuple(problems),
    )


def _key(path: Path) -> int:
    try:
        return int.from_bytes(bytes.fromhex(file_fingerprint(path))[:8], "little", signed=True)
    except OSError as error:
        raise in_words(path, error) from error


def _row(source: Source, path: Path, facts: ImageFacts) -> dict[str, object]:
    return {"folder": folder_of(source, path), **vars(facts)}


def _taken(image: object) -> datetime | None:
    """When the picture was taken, by the camera's clock."""
    exif = image.getexif()  # type: ignore[attr-defined]
    written = exif.get_ifd(_EXIF_BLOCK).get(_EXIF_TAKEN) or exif.get(_EXIF_CHANGED)
    try:
        return datetime.strptime(str(written).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None


def _enormous(path: Path, pixels: str = "") -> EmbexError:
    text = f"{path.name} says it is an image{pixels}, so large that decoding it could fill the memory."
    return EmbexError(text, "Save it smaller if it is a real picture.")


def _nothing(source: Source, problems: list[Problem]) -> EmbexError:
    if len(source.files) == 1:
        return EmbexError(problems[0].text, problems[0].hint)
    text = f"None of the {count(len(source.files), 'image')} in {source.path.name} could be read."
    return EmbexError(text, f"The first: {problems[0].text}")
