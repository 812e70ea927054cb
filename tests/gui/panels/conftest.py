"""Real content for the panels: the glosses and the emoji of the bundled samples, read by the real readers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from embexplorer.app.state import Facts
from embexplorer.app.values import TableView
from embexplorer.base import paths
from embexplorer.data.items import POLARS_TYPES, FieldType, ImportChoices
from embexplorer.files import sources
from embexplorer.filters.tree import BUILT_INS
from embexplorer.gui.pictures import Pictures


def frame_of(path: Path, tags: dict[int, list[str]] | None = None) -> pl.DataFrame:
    """A sample as the project keeps it: one row per item, in the types of POLARS_TYPES."""
    titles: list[str] = []
    texts: list[str] = []
    uris: list[str] = []
    kinds: list[str] = []
    fields = []
    for source in sources.expand([path]):
        for chunk in sources.read(source, ImportChoices()):
            batch = chunk.batch
            titles += batch.titles
            texts += batch.texts
            uris += batch.uris
            kinds += [batch.kind.value] * len(batch)
            fields.append(batch.fields)
    own = pl.concat(fields)
    own = own.with_columns(pl.col(n).cast(pl.Categorical()) for n in own.columns if own[n].dtype == pl.String)
    count = len(titles)
    built_in = pl.DataFrame(
        {
            "@id": np.arange(1, count + 1, dtype=np.float64),
            "@kind": pl.Series(kinds, dtype=pl.Categorical()),
            "@source": pl.Series([path.name] * count, dtype=pl.Categorical()),
            "@title": titles,
            "@text": texts,
            "@tags": pl.Series([(tags or {}).get(i, []) for i in range(count)], dtype=pl.List(pl.String)),
            "@uri": uris,
        }
    )
    return pl.concat([built_in, own], how="horizontal")


def types_of(frame: pl.DataFrame) -> dict[str, FieldType]:
    by_polars = {str(dtype): kind for kind, dtype in POLARS_TYPES.items()}
    known = {name: BUILT_INS.get(name) or by_polars[str(dtype)] for name, dtype in frame.schema.items()}
    return {name: kind for name, kind in known.items() if name != "@uri"}


def table_of_frame(frame: pl.DataFrame, order: np.ndarray | None = None, **more: object) -> TableView:
    types = types_of(frame)
    own = tuple(name for name in types if not name.startswith("@"))
    rows = np.arange(len(frame)) if order is None else order
    values = {"columns": ("@title", "@text", *own), "all_columns": tuple(types), "types": types, **more}
    return TableView(frame, rows, **values)  # type: ignore[arg-type]


def facts_of(frame: pl.DataFrame) -> Facts:
    ids = frame["@id"].to_numpy().astype(np.int64)
    tags = dict(frame["@tags"].explode().drop_nulls().value_counts().iter_rows())
    numbers = [n for n, kind in types_of(frame).items() if kind is FieldType.NUMBER]
    whole = frozenset(n for n in numbers if (frame[n].drop_nulls() % 1 == 0).all())
    xy = np.zeros((len(frame), 2), np.float32)
    return Facts(
        frame=frame,
        ids=ids,
        schema=types_of(frame),
        whole=whole,
        own_names=frozenset(),
        spaces=(),
        maps=(),
        map="",
        xy=xy,
        tags=tags,
        tag_keys={},
    )


def rgba_of(path: str) -> np.ndarray:
    image = QImage(path).convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return pixels[:, : image.width() * 4].reshape(image.height(), image.width(), 4).copy()


@pytest.fixture(scope="session")
def glosses() -> pl.DataFrame:
    tags = {0: ["verbs", "to check"], 1: ["verbs"], 2: ["verbs"], 3: ["to check"]}
    return frame_of(paths.resources() / "samples" / "wordnet" / "glosses.csv", tags)


@pytest.fixture(scope="session")
def emoji() -> pl.DataFrame:
    return frame_of(paths.resources() / "samples" / "emoji")


@pytest.fixture(scope="session")
def gloss_facts(glosses: pl.DataFrame) -> Facts:
    return facts_of(glosses)


@pytest.fixture(scope="session")
def emoji_facts(emoji: pl.DataFrame) -> Facts:
    return facts_of(emoji)


@pytest.fixture(scope="session")
def gloss_table(glosses: pl.DataFrame) -> TableView:
    return table_of_frame(glosses)


@pytest.fixture(scope="session")
def emoji_table(emoji: pl.DataFrame) -> TableView:
    return table_of_frame(emoji)


@pytest.fixture
def table_of(glosses: pl.DataFrame) -> Callable[..., TableView]:
    """A table of the glosses in an order."""
    return lambda order, **more: table_of_frame(glosses, order, **more)


@pytest.fixture
def pictures(qapp: QApplication) -> Pictures:
    return Pictures()
