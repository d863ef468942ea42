"""Talking in a terminal: lines in, checked sentences out as they come."""

import asyncio
import base64
import re
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from rich.console import Console

from agent.reply import Reply

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_INLINE_TERMINALS = frozenset({"iTerm.app", "WezTerm", "mintty", "vscode"})


class Desk(Protocol):
    """What a terminal talks to: one brand's agent, for one customer."""

    async def answer(self, text: str, show: Callable[[str], None]) -> Reply:
        """Answer a message, showing each sentence as it is ready."""
        ...

    async def command(self, line: str) -> str | None:
        """Carry out a /command; the text to show, or None to leave."""
        ...


def visible(text: str) -> str:
    """Text without control characters: data must not steer the terminal."""
    return _CONTROL.sub("", text)


@dataclass(frozen=True)
class Terminal:
    """Shows replies on a console."""

    console: Console
    brand_folder: Path
    agent_name: str
    program: str = ""
    details: bool = field(default=True)

    async def turn(self, desk: Desk, text: str) -> Reply:
        """Answer one line and show everything that belongs to it."""
        self._print(f"{self.agent_name}  ", style="bold magenta", end="")
        reply = await desk.answer(text, lambda piece: self._print(visible(piece), end=""))
        self._print("")
        for image in reply.images:
            self._image(image.path, image.caption)
        if reply.payment:
            pay = reply.payment
            self._print(
                f"   ↳ {pay.url}  ({pay.amount} {pay.currency}, {pay.order_id})", style="cyan"
            )
        if self.details:
            self._print(self._footnote(reply), style="dim")
        return reply

    def _image(self, path: str, caption: str) -> None:
        file = self.brand_folder / path
        self._print(f"   ↳ {file}  {visible(caption)}", style="cyan")
        if self.program in _INLINE_TERMINALS and self.console.is_terminal:
            picture = base64.b64encode(file.read_bytes()).decode()
            self.console.file.write(f"\x1b]1337;File=inline=1;width=24:{picture}\a\n")

    def _footnote(self, reply: Reply) -> str:
        parts = [call.tool for call in reply.calls]
        parts += list(dict.fromkeys(citation.source for citation in reply.citations))
        first, total = reply.timings.first_token_ms / 1000, reply.timings.total_ms / 1000
        return f"   [{' · '.join([*parts, f'{first:.1f} s / {total:.1f} s'])}]"

    def _print(self, text: str, *, style: str = "", end: str = "\n") -> None:
        self.console.print(
            text, style=style, end=end, markup=False, highlight=False, soft_wrap=True
        )
        self.console.file.flush()


async def converse(
    terminal: Terminal, desk: Desk, read_line: Callable[[], Awaitable[str | None]]
) -> None:
    """Read lines until there are no more; Ctrl-C during an answer gives that answer up."""
    while (line := await read_line()) is not None:
        text = line.strip()
        if text.startswith("/"):
            answer = await desk.command(text)
            if answer is None:
                return
            terminal.console.print(answer, style="yellow", markup=False, highlight=False)
        elif text:
            await _interruptible(terminal, desk, text)


async def _interruptible(terminal: Terminal, desk: Desk, text: str) -> None:
    """One turn that Ctrl-C gives up without leaving the conversation."""
    turn = asyncio.ensure_future(terminal.turn(desk, text))
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, turn.cancel)
    try:
        await turn
    except asyncio.CancelledError:
        if not turn.cancelled():
            raise
        terminal.console.print("\n(已中断 / stopped)", style="yellow")
    finally:
        loop.remove_signal_handler(signal.SIGINT)
