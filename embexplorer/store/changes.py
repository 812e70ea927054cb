"""What a user can change and undo: one value a change, one row in the table of kinds for how it is done and undone."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.base.wording import count
from embexplorer.data.items import FieldType
from embexplorer.store.spaceforms import KEEP_FORM

if TYPE_CHECKING:
    from embexplorer.store.project import ProjectStore


def _no_ids() -> np.ndarray:
    return np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Change:
    """kind: a key of KINDS. label: one sentence for the undo menu and messages. params, ids: what to do, and to which
    items. undo, undo_ids: what is needed to take it back, known once it is applied. JSON values and int64 arrays."""

    kind: str
    label: str
    params: dict[str, Any] = field(default_factory=dict)
    ids: np.ndarray = field(default_factory=_no_ids)
    undo: dict[str, Any] = field(default_factory=dict)
    undo_ids: np.ndarray = field(default_factory=_no_ids)


def tag_items(ids: np.ndarray, tag: str) -> Change:
    return Change("tag", f"{count(len(ids), 'item')} tagged “{tag}”", {"tag": tag}, ids)


def untag_items(ids: np.ndarray, tag: str) -> Change:
    return Change("untag", f"“{tag}” taken off {count(len(ids), 'item')}", {"tag": tag}, ids)


def rename_tag(old: str, new: str) -> Change:
    return Change("rename tag", f"Tag “{old}” renamed to “{new}”", {"old": old, "new": new})


def delete_tag(tag: str) -> Change:
    return Change("delete tag", f"Tag “{tag}” deleted", {"tag": tag})


def set_tag_key(tag: str, key: str) -> Change:
    label = f"Key {key} given to the tag “{tag}”" if key else f"Key taken from the tag “{tag}”"
    return Change("tag key", label, {"tag": tag, "key": key})


def trash_items(ids: np.ndarray) -> Change:
    return Change("trash", f"{count(len(ids), 'item')} moved to the trash", ids=ids)


def restore_items(ids: np.ndarray) -> Change:
    return Change("restore", f"{count(len(ids), 'item')} taken out of the trash", ids=ids)


def write_note(item_id: int, text: str) -> Change:
    return Change("note", "Note written" if text else "Note removed", {"item": int(item_id), "text": text})


def set_field_type(name: str, wanted: FieldType) -> Change:
    return Change("field type", f"“{name}” read as {wanted.value}", {"name": name, "type": wanted.value})


def rename_field(old: str, new: str) -> Change:
    return Change("rename field", f"Field “{old}” renamed to “{new}”", {"old": old, "new": new})


def save_query(name: str, value: Any) -> Change:
    return Change("save query", f"Query “{name}” saved", {"name": name, "value": value})


def delete_query(name: str) -> Change:
    return Change("delete query", f"Query “{name}” deleted", {"name": name})


def save_view(name: str, value: Any) -> Change:
    return Change("save view", f"View “{name}” saved", {"name": name, "value": value})


def delete_view(name: str) -> Change:
    return Change("delete view", f"View “{name}” deleted", {"name": name})


def rename_map(old: str, new: str) -> Change:
    return Change("rename map", f"Map “{old}” renamed to “{new}”", {"old": old, "new": new})


def delete_map(name: str) -> Change:
    return Change("delete map", f"Map “{name}” deleted", {"name": name, "mark": secrets.token_hex(4)})


def keep_form(space: str, space_id: int, codec: int, form: str) -> Change:
    """codec: its number, whose blocks are all written."""
    return Change(KEEP_FORM, f"“{space}” kept as {form}", {"space": space_id, "codec": codec})


Undo = tuple[dict[str, Any], np.ndarray]


@dataclass(frozen=True)
class Kind:
    """apply does a change and returns what undoes it; revert takes an applied change back."""

    apply: Callable[["ProjectStore", Change], Undo]
    revert: Callable[["ProjectStore", Change], object]


def _ids(ids: np.ndarray) -> Undo:
    return {}, ids


def _before(value: Any) -> Undo:
    return {"before": value}, _no_ids()


def _delete_tag(store: "ProjectStore", change: Change) -> Undo:
    tag = change.params["tag"]
    key = next((key for key, name in store.tags.keys().items() if name == tag), "")
    return {"key": key}, store.tags.delete(tag)


def _undelete_tag(store: "ProjectStore", change: Change) -> None:
    tag = change.params["tag"]
    store.tags.add(change.undo_ids, tag)
    if change.undo["key"]:
        store.tags.set_key(tag, change.undo["key"])


def _set_key(store: "ProjectStore", change: Change) -> Undo:
    owner = store.tags.keys().get(change.params["key"], "")
    before = store.tags.set_key(change.params["tag"], change.params["key"])
    return {"before": before, "owner": owner}, _no_ids()


def _unset_key(store: "ProjectStore", change: Change) -> None:
    store.tags.set_key(change.params["tag"], change.undo["before"])
    if change.undo["owner"]:
        store.tags.set_key(change.undo["owner"], change.params["key"])


def _put_back(put: Callable[[str, Any], Any], delete: Callable[[str], Any], change: Change) -> None:
    before, name = change.undo["before"], change.params["name"]
    if before is None:
        delete(name)
    else:
        put(name, before)


def _renamed(rename: Callable[[str, str], None], change: Change) -> Undo:
    rename(change.params["old"], change.params["new"])
    return {}, _no_ids()


KINDS: dict[str, Kind] = {
    KEEP_FORM: Kind(
        lambda s, c: _before(s.spaces.forms.use(c.params["space"], c.params["codec"])),
        lambda s, c: s.spaces.forms.use(c.params["space"], c.undo["before"]),
    ),
    "tag": Kind(
        lambda s, c: _ids(s.tags.add(c.ids, c.params["tag"])), lambda s, c: s.tags.remove(c.undo_ids, c.params["tag"])
    ),
    "untag": Kind(
        lambda s, c: _ids(s.tags.remove(c.ids, c.params["tag"])), lambda s, c: s.tags.add(c.undo_ids, c.params["tag"])
    ),
    "rename tag": Kind(
        lambda s, c: _renamed(s.tags.rename, c), lambda s, c: s.tags.rename(c.params["new"], c.params["old"])
    ),
    "delete tag": Kind(_delete_tag, _undelete_tag),
    "tag key": Kind(_set_key, _unset_key),
    "trash": Kind(lambda s, c: _ids(s.items.trash(c.ids)), lambda s, c: s.items.restore(c.undo_ids)),
    "restore": Kind(lambda s, c: _ids(s.items.restore(c.ids)), lambda s, c: s.items.trash(c.undo_ids)),
    "note": Kind(
        lambda s, c: _before(s.notes.set(c.params["item"], c.params["text"])),
        lambda s, c: s.notes.set(c.params["item"], c.undo["before"]),
    ),
    "field type": Kind(
        lambda s, c: _before(s.fields.set_type(c.params["name"], FieldType(c.params["type"])).value),
        lambda s, c: s.fields.set_type(c.params["name"], FieldType(c.undo["before"])),
    ),
    "rename field": Kind(
        lambda s, c: _renamed(s.fields.rename, c), lambda s, c: s.fields.rename(c.params["new"], c.params["old"])
    ),
    "save query": Kind(
        lambda s, c: _before(s.saved.put_query(c.params["name"], c.params["value"])),
        lambda s, c: _put_back(s.saved.put_query, s.saved.delete_query, c),
    ),
    "delete query": Kind(
        lambda s, c: _before(s.saved.delete_query(c.params["name"])),
        lambda s, c: _put_back(s.saved.put_query, s.saved.delete_query, c),
    ),
    "save view": Kind(
        lambda s, c: _before(s.saved.put_view(c.params["name"], c.params["value"])),
        lambda s, c: _put_back(s.saved.put_view, s.saved.delete_view, c),
    ),
    "delete view": Kind(
        lambda s, c: _before(s.saved.delete_view(c.params["name"])),
        lambda s, c: _put_back(s.saved.put_view, s.saved.delete_view, c),
    ),
    "rename map": Kind(
        lambda s, c: _renamed(s.maps.rename, c), lambda s, c: s.maps.rename(c.params["new"], c.params["old"])
    ),
    "delete map": Kind(
        lambda s, c: (s.maps.set_aside(c.params["name"], c.params["mark"]), _no_ids()),
        lambda s, c: s.maps.put_back(c.undo),
    ),
}


def applied(store: "ProjectStore", change: Change) -> Change:
    """Do the change; returns it with what undoes it."""
    undo, undo_ids = KINDS[change.kind].apply(store, change)
    return replace(change, undo=undo, undo_ids=undo_ids)


def reverted(store: "ProjectStore", change: Change) -> None:
    KINDS[change.kind].revert(store, change)
