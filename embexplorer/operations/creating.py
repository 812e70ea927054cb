"""The whole main job in one go: files in, embedded, indexed, mapped."""

from dataclasses import dataclass, field

from embexplorer.base.progress import Operation, Outcome, Problem
from embexplorer.base.settings import IMAGE_MODEL, TEXT_MODEL
from embexplorer.operations.bridging import is_bridge
from embexplorer.operations.embedding import embed_pending, pending_work
from embexplorer.operations.importing import ImportParams, import_sources
from embexplorer.operations.indexing import build_index
from embexplorer.operations.mapping import BuildMapParams, build_map
from embexplorer.projection.params import MapParams
from embexplorer.store.project import ProjectStore


@dataclass(frozen=True)
class CreateParams:
    """text_model, image_model: ids, used where items of the kind are. device, threads: as in EmbedParams.
    with_map: also index and map."""

    sources: ImportParams
    text_model: str = TEXT_MODEL
    image_model: str = IMAGE_MODEL
    device: str = "auto"
    threads: int = 0
    with_map: bool = True
    layout: MapParams = field(default_factory=MapParams)


def fill(store: ProjectStore, params: CreateParams) -> Operation:
    """Import, embed, index and map, one after the other. figures: of all parts, named "import items" and so on."""
    parts: list[tuple[str, Outcome]] = [("import", (yield from import_sources(store, params.sources)))]
    for work in pending_work(store, params.text_model, params.image_model, params.device, params.threads):
        embedded = yield from embed_pending(store, work)
        parts.append((f"embed {work.model}", embedded))
    for space in [space for space in store.spaces.all() if space.count and params.with_map]:
        parts.append((f"index {space.name}", (yield from build_index(store, space.name, params.threads))))
        if is_bridge(space):
            continue  # a map is made of it where it is asked for
        wanted_map = BuildMapParams(space.name, layout=params.layout, threads=params.threads)
        parts.append((f"map {space.name}", (yield from build_map(store, wanted_map))))
    return joined(parts)


def joined(parts: list[tuple[str, Outcome]]) -> Outcome:
    """Named outcomes as one, whose value is all of them."""
    problems: tuple[Problem, ...] = ()
    figures: dict[str, float] = {}
    for name, outcome in parts:
        problems += outcome.problems
        figures.update({f"{name} {key}": value for key, value in outcome.figures.items()})
    return Outcome("; ".join(o.summary for _, o in parts), problems, tuple(o for _, o in parts), figures)
