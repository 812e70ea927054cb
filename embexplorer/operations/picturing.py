"""The map as a file: what is drawn, from the project or as a window shows it, and what a web page says of each item."""

import io
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Step, part
from embexplorer.base.wording import count
from embexplorer.data.ids import rows_of
from embexplorer.data.items import FieldType
from embexplorer.data.labels import MapLabels
from embexplorer.data.picture import MapPicture
from embexplorer.filters.check import nearest_name
from embexplorer.filters.tree import column_of
from embexplorer.operations.columns import project_frame, schema_of, text_names
from embexplorer.operations.mapping import coordinates
from embexplorer.operations.thumbnails import thumbnail
from embexplorer.raster.anchors import value_labels
from embexplorer.raster.colours import plain_scale, scale_for
from embexplorer.raster.contents import MapContents, ShownMap, plain_contents
from embexplorer.raster.export import write_png
from embexplorer.raster.page import PageField, PageItems, write_page
from embexplorer.raster.svg import write_svg
from embexplorer.store.project import ProjectStore

_NAMED = (FieldType.CATEGORY, FieldType.BOOLEAN, FieldType.TAGS)  # columns whose values can be labels
_FIELDS = 6  # on a card of a page
_PICTURE_SIDE = 96  # pixels, on a page
_MOST_PICTURES = 5_000
_MOST_PICTURE_BYTES = 16_000_000
_ALL_FIGURES_TO = 1e15
_AT_A_TIME = 20  # pictures between two steps


def stored_map(store: ProjectStore, name: str, ids: np.ndarray | None, colour_by: str, *, page: bool) -> ShownMap:
    """A map of the project in its own colours. name: "" for the first. ids: None for all items. colour_by: "" for one
    colour, or, on a web page, for the first category.

    Raises EmbexError where there is no such map or column.
    """
    maps = [info.name for info in store.maps.all()]
    name = name or (maps[0] if maps else "")
    frame = project_frame(store, text=False)
    if ids is not None:
        frame = frame.filter(pl.Series(np.isin(frame["@id"].to_numpy(), ids)))
    own = frame["@id"].to_numpy()
    xy = coordinates(store, name, own) if name in maps else None
    if xy is None:
        raise EmbexError("There is no map to draw yet.", "Make the map first.")
    schema = schema_of(frame)
    if page and not colour_by:
        colour_by = next((n for n, kind in schema.items() if kind is FieldType.CATEGORY and n[0] != "@"), "@kind")
    if not colour_by:
        return ShownMap(name, own, plain_contents(xy, plain_scale(len(xy))))
    column = column_of(colour_by, schema)
    if column is None or column not in schema:
        raise EmbexError(f"There is no column “{colour_by}” to colour by.", nearest_name(colour_by, schema))
    contents = plain_contents(xy, scale_for(frame[column], schema[column]))
    if schema[column] in _NAMED:
        contents = replace(contents, labels=_names(contents, frame[column]))
    return ShownMap(name, own, replace(contents, colour_name=column.removeprefix("@")))


def draw_map(store: ProjectStore, shown: ShownMap, picture: MapPicture, path: Path) -> Generator[Step, None, int]:
    """Draw it into the file, in the format of its ending; the number of points. Raises EmbexError or OSError."""
    title = f"{store.path.stem} · {shown.name}" if picture.title is None else picture.title
    picture = replace(picture, title=title)
    picture.pixels()
    if path.suffix == ".html":
        items = yield from part(page_items(store, shown), 0.0, 0.8)
        write_page(path, shown.contents, items, picture)
    else:
        yield from (write_svg if path.suffix == ".svg" else write_png)(path, shown.contents, picture)
    contents = shown.contents.only_strong() if picture.only_strong else shown.contents
    return int(np.count_nonzero(contents.has_place()))


def _names(contents: MapContents, values: pl.Series) -> MapLabels:
    keys = {entry.value: entry.key for entry in contents.scale.legend.entries if entry.value is not None}
    return value_labels(values, contents.xy, contents.has_place(), keys)


def page_items(store: ProjectStore, shown: ShownMap) -> Generator[Step, None, PageItems]:
    """What a web page tells of each item: title, text, the first fields and, for images, a small picture."""
    yield Step(0, 1, "Reading the items")
    frame = project_frame(store)
    rows = pl.Series(rows_of(frame["@id"].to_numpy(), shown.ids))
    frame = frame[rows.set(rows < 0, None)]  # what was deleted meanwhile says nothing
    schema, own_names = schema_of(frame), text_names(store)
    names = [name for name, kind in schema.items() if _tells(name, kind) and name not in own_names]
    fields = tuple(PageField(name, _in_words(frame[name], schema[name]).to_list()) for name in names[:_FIELDS])
    uris = frame["@uri"].to_list()
    pictures, left_out = yield from _pictures(store, uris, np.flatnonzero(shown.contents.has_place()))
    notes = (f"Pictures of {count(left_out, 'item')} are left out, to keep this page small.",) if left_out else ()
    return PageItems(frame["@title"].to_list(), frame["@text"].to_list(), fields, pictures, notes)


def _tells(name: str, kind: FieldType) -> bool:
    return (not name.startswith("@") or name == "@tags") and kind is not FieldType.TEXT


def _in_words(values: pl.Series, kind: FieldType) -> pl.Series:
    """String, null where missing."""
    if isinstance(values.dtype, pl.List):
        words = values.cast(pl.List(pl.String)).list.join(", ")
        return words.set(words == "", None)
    if kind is FieldType.BOOLEAN:
        return values.replace_strict({True: "yes", False: "no"}, return_dtype=pl.String)
    if kind is FieldType.DATE:
        return values.cast(pl.Datetime("ms")).dt.strftime("%Y-%m-%d %H:%M").str.strip_suffix(" 00:00")
    if kind is not FieldType.NUMBER:
        return values.cast(pl.String)
    numbers = values.cast(pl.Float64).fill_nan(None)
    whole = (numbers == numbers.floor()) & (numbers.abs() < _ALL_FIGURES_TO)
    few = numbers.round_sig_figs(6).cast(pl.String)
    return few.zip_with(whole.fill_null(False).not_(), numbers.cast(pl.Int64, strict=False).cast(pl.String))


def _pictures(
    store: ProjectStore, uris: list[str | None], wanted: np.ndarray
) -> Generator[Step, None, tuple[dict[int, bytes], int]]:
    """Small JPEGs by row, of a fair sample where they are too many; and how many images have none for that reason."""
    rows = np.array([row for row in wanted.tolist() if uris[row]], np.int64)
    chosen = np.random.default_rng(0).permutation(rows)[:_MOST_PICTURES].tolist()
    made: dict[int, bytes] = {}
    used = tried = 0
    for row in chosen:
        if used > _MOST_PICTURE_BYTES:
            break
        small = _small_picture(uris[row] or "", store.cache_folder())
        tried += 1
        if small is not None:
            made[row] = small
            used += len(small)
        if tried % _AT_A_TIME == 0:
            yield Step(tried, len(chosen), "Making small pictures")
    return made, len(rows) - tried


def _small_picture(uri: str, cache: Path) -> bytes | None:
    from PIL import Image

    pixels = thumbnail(uri, cache)
    if pixels is None:
        return None
    image = Image.fromarray(pixels)
    image.thumbnail((_PICTURE_SIDE, _PICTURE_SIDE))
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, (0, 0), image)
    buffer = io.BytesIO()
    paper.save(buffer, "JPEG", quality=72)
    return buffer.getvalue()
