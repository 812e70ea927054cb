"""What a project holds, in figures."""

from dataclasses import dataclass

from embexplorer.data.columns import MapInfo
from embexplorer.data.items import Field
from embexplorer.data.vectors import SpaceInfo


@dataclass(frozen=True)
class ProjectInfo:
    """What a project holds, in figures."""

    path: str
    items: int
    kinds: dict[str, int]
    fields: tuple[Field, ...]
    spaces: tuple[SpaceInfo, ...]
    maps: tuple[MapInfo, ...]
    tags: dict[str, int]
    size_bytes: int
    read_only: bool
