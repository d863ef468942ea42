"""Where a model file can come from over HTTP, or from a folder."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

from agent.part_file import PartFile

Told = Callable[[int], None]

_CONNECT_SECONDS = 5.0
_CHUNK_BYTES = 1 << 18
_TRIES = 5


class SourceFailedError(Exception):
    """This source cannot give the file; the message is a few words for a list of them."""


class Source(Protocol):
    """One place that may have a model file."""

    @property
    def label(self) -> str:
        """What people call it."""
        ...

    async def fill(self, part: PartFile, told: Told) -> None:
        """Add to the part file until it has all its bytes.

        Raises:
            SourceFailedError: it could not be completed; what was added so far may be kept.
        """
        ...


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder that holds the file under its own name."""

    label: str
    folder: Path

    async def fill(self, part: PartFile, told: Told) -> None:
        """Copy the rest of the file."""
        file = self.folder / part.final.name
        try:
            await asyncio.to_thread(_copy, file, part, told)
        except OSError as error:
            raise SourceFailedError(f"{file} cannot be read") from error
        _check_whole(part)


@dataclass(frozen=True, slots=True)
class HttpSource:
    """A web address of the file. An interrupted transfer goes on where it stopped."""

    label: str
    url: str
    stall_seconds: float = 20.0

    async def fill(self, part: PartFile, told: Told) -> None:
        """Download the rest, again and again as long as each try brings something."""
        limits = httpx.Timeout(self.stall_seconds, connect=_CONNECT_SECONDS)
        async with httpx.AsyncClient(timeout=limits, follow_redirects=True) as client:
            tries = 0
            while part.size < part.total and tries < _TRIES:
                await self._try(client, part, told)
                tries += 1
        _check_whole(part)

    async def _try(self, client: httpx.AsyncClient, part: PartFile, told: Told) -> None:
        before = part.size
        try:
            await self._rest(client, part, told)
        except httpx.HTTPError as error:
            if part.size == before:
                raise SourceFailedError(_why(error)) from error
        except httpx.InvalidURL as error:
            raise SourceFailedError(f"{self.url} is no address") from error

    async def _rest(self, client: httpx.AsyncClient, part: PartFile, told: Told) -> None:
        # Compressed, the bytes would not be those that the range counts.
        headers = {"Accept-Encoding": "identity"}
        if part.size:
            headers["Range"] = f"bytes={part.size}-"
        async with client.stream("GET", self.url, headers=headers) as answer:
            _check_answer(answer, part)
            # As they come: pieces collected first would be lost when the line breaks.
            await _pour(answer.aiter_raw(), part, told)


def _copy(file: Path, part: PartFile, told: Told) -> None:
    with file.open("rb") as source:
        source.seek(part.size)
        while piece := source.read(_CHUNK_BYTES):
            _add(part, piece, told)


async def _pour(pieces: AsyncIterator[bytes], part: PartFile, told: Told) -> None:
    async for piece in pieces:
        _add(part, piece, told)


def _add(part: PartFile, piece: bytes, told: Told) -> None:
    if part.size + len(piece) > part.total:
        part.cut(0)
        raise SourceFailedError("another file of that name")
    part.append(piece)
    told(part.size)


def _check_answer(answer: httpx.Response, part: PartFile) -> None:
    if answer.status_code == httpx.codes.PARTIAL_CONTENT:
        if answer.headers.get("Content-Range") != (
            f"bytes {part.size}-{part.total - 1}/{part.total}"
        ):
            raise SourceFailedError("another file of that name")
        return
    if answer.status_code != httpx.codes.OK:
        raise SourceFailedError(f"answered {answer.status_code}")
    # All of it, although we asked for the rest: this server knows no ranges.
    length = answer.headers.get("Content-Length")
    if length is not None and int(length) != part.total:
        raise SourceFailedError("another file of that name")
    part.cut(0)


def _check_whole(part: PartFile) -> None:
    if part.size != part.total:
        raise SourceFailedError(f"broke off after {part.size / 1e6:.0f} MB")


def _why(error: httpx.HTTPError) -> str:
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return "no connection"
        case httpx.TimeoutException():
            return "stopped sending"
        case _:
            return "broke off"
