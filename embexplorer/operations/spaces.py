"""Which of a project's spaces is meant."""

from embexplorer.base.errors import EmbexError
from embexplorer.data.vectors import SpaceInfo
from embexplorer.operations.bridging import at_home
from embexplorer.store.project import ProjectStore


def filled_spaces(store: ProjectStore) -> tuple[SpaceInfo, ...]:
    """The spaces that hold vectors, at least one. Raises EmbexError where nothing is embedded."""
    spaces = tuple(space for space in store.spaces.all() if space.count)
    if not spaces:
        raise EmbexError("Nothing is embedded in this project yet.", "Add files and embed them first.")
    return spaces


def chosen_space(store: ProjectStore, name: str) -> SpaceInfo:
    """The space of this name, or the one with most vectors for "". Raises EmbexError."""
    if name:
        return store.spaces.get(name)
    return max(filled_spaces(store), key=lambda space: (at_home(space), space.count))


def unmapped(store: ProjectStore) -> tuple[str, ...]:
    """The spaces that have vectors and no map, because making it was cut off, not because the user deleted it."""
    mapped = {info.space_id for info in store.maps.all()} | store.maps.unwanted()
    filled = [space for space in store.spaces.all() if space.count and at_home(space)]
    return tuple(space.name for space in filled if space.id not in mapped)
