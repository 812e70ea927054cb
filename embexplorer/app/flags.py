"""What actions may need, in words."""

from typing import Final

# What an action may need before it can be used, and what to tell a person who wonders why it is grey.
FLAGS: Final[dict[str, str]] = {
    "project": "Open or make a project first.",
    "writable": "This project can only be read.",
    "items": "Add some files first.",
    "selection": "Select some items first.",
    "item": "Choose an item first.",
    "query": "Search for something first.",
    "filter": "There is no filter.",
    "hits": "There are no results.",
    "map": "There is no map yet.",
    "other_map": "Every map is shown already. “Make a map…” in the Project menu makes another.",
    "room_for_map": "Four maps are shown already; more do not fit.",
    "side_maps": "Only one map is shown.",
    "undo": "There is nothing to undo.",
    "redo": "There is nothing to redo.",
    "job": "No job is running.",
}
