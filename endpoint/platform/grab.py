"""Holding keyboard and pointer while the screen is locked."""

from __future__ import annotations

from typing import Protocol


class InputGrab(Protocol):
    """All input of this computer, taken for as long as the lock lasts.

    Ends by itself when the process dies.
    """

    def hold(self) -> str:
        """Take keyboard and pointer; empty when both are held, else why not, in plain words.

        To be called again until it succeeds. The words end a sentence that begins "Your
        keyboard and mouse may still work:".
        """
        ...

    def release(self) -> None:
        """Give them back for good; the next lock opens another grab."""
        ...

    def fileno(self) -> int | None:
        """A descriptor to watch while input is held; None: nothing to do."""
        ...

    def drain(self) -> None:
        """Throw away the input that was taken."""
        ...


class NoGrab:
    """Stands in where the system lets nobody hold the input."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def hold(self) -> str:
        """Never succeeds."""
        return self._reason

    def release(self) -> None:
        """Nothing is held."""

    def fileno(self) -> int | None:
        """Nothing to watch."""
        return None

    def drain(self) -> None:
        """Nothing was taken."""
