"""Small pictures of image files, made in the background and kept in memory."""

import numpy as np

from embexplorer.app.core import Core, once
from embexplorer.base.progress import Outcome
from embexplorer.operations.thumbnails import thumbnail
from embexplorer.work.job import THUMBNAILS


class Thumbnails:
    """Views ask by the file's path and are given the picture through View.set_thumbnail."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._asked: set[str] = set()
        core.on_leave.append(self._asked.clear)

    def ask(self, uri: str) -> None:
        """Ask for a picture; asking again while it is being made costs nothing."""
        session = self._core.session
        if session is None or not uri or uri in self._asked:
            return
        self._asked.add(uri)
        folder = session.store.cache_folder()
        self._core.start(
            "thumbnail",
            lambda: once(lambda: thumbnail(uri, folder)),
            THUMBNAILS,
            on_done=lambda outcome: self._made(uri, outcome),
            on_failed=lambda _error: self._show(uri, None),
        )

    def _made(self, uri: str, outcome: Outcome) -> None:
        self._show(uri, outcome.value)

    def _show(self, uri: str, rgba: np.ndarray | None) -> None:
        self._asked.discard(uri)
        self._core.view.set_thumbnail(uri, rgba)
