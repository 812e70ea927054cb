"""The world's failures. Anything else that is raised is a bug of ours and ends in the crash dialog and the log."""


class EmbexError(Exception):
    """A failure that a person can understand and act on.

    text: one sentence that says what happened and where. hint: one sentence that says what to do, or "".
    """

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text, hint)
        self.text = text
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.text} {self.hint}".strip()


class Cancelled(Exception):  # noqa: N818  (not an error: the user asked for it)
    """The user stopped the work. What was committed before stays."""
