"""A model file while it is being fetched: always a beginning of the whole, whoever sent it."""

import asyncio
import errno
import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from agent.model import ModelDownError

_SPARE_BYTES = 64_000_000


class WeightsError(ModelDownError):
    """A model file cannot be had; the message says why and what to do."""


class PartFile:
    """`NAME.part` beside the final file. It is kept when a fetch is interrupted, to go on from.

    Only one process writes to it at a time: the others wait in `async with`.
    """

    def __init__(self, final: Path, total: int) -> None:
        self.final = final
        self.path = final.with_name(f"{final.name}.part")
        self.total = total
        self._descriptor = -1

    async def __aenter__(self) -> Self:
        """Wait for other processes, then open what is there."""
        self.final.parent.mkdir(parents=True, exist_ok=True)
        while not self._locked():  # noqa: ASYNC110 - the lock is held by another process
            await asyncio.sleep(0.2)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it; an empty one is not worth keeping."""
        if self.path.exists() and not self.size:
            self.path.unlink()
        os.close(self._descriptor)

    @property
    def size(self) -> int:
        """The bytes there so far."""
        return os.fstat(self._descriptor).st_size

    def check_room(self) -> None:
        """Refuse before anything is fetched that could not be stored.

        Raises:
            WeightsError: the disk is too full.
        """
        needed = self.total - self.size + _SPARE_BYTES
        free = shutil.disk_usage(self.path.parent).free
        if free < needed:
            raise WeightsError(
                f"{self.path.parent} has {free / 1e6:.0f} MB free and {needed / 1e6:.0f} MB are "
                "needed: free some, or set DIGITAL_HUMAN_CACHE_DIR to another disk."
            )

    def append(self, piece: bytes) -> None:
        """Write at the end.

        Raises:
            WeightsError: the disk is full, or nothing may be written there; the part is removed.
        """
        try:
            view = memoryview(piece)
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            self.cut(0)
            why = "is full" if error.errno == errno.ENOSPC else f"cannot be written ({error})"
            raise WeightsError(
                f"The disk of {self.path.parent} {why}: free {self.total / 1e6:.0f} MB, "
                "or set DIGITAL_HUMAN_CACHE_DIR."
            ) from error

    def cut(self, size: int) -> None:
        """Forget what comes after `size` bytes."""
        os.ftruncate(self._descriptor, size)

    def finish(self) -> None:
        """Give it its final name, durably."""
        os.fsync(self._descriptor)
        self.path.replace(self.final)

    def _locked(self) -> bool:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The name may by now belong to a newer file, or to none.
            held = os.fstat(descriptor).st_ino == self.path.stat().st_ino
        except (BlockingIOError, FileNotFoundError):
            held = False
        except OSError:
            os.close(descriptor)
            raise
        if held:
            self._descriptor = descriptor
        else:
            os.close(descriptor)
        return held
