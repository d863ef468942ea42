"""An account's access token: kept for all processes, renewed by one of them at a time."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from agent.channel import TryAgainError, UnsureError
from agent.channel_state import Leases, Notebook
from channels.wechat.errors import RefusalError

_NOTE = "access_token"
_MARGIN_SECONDS = 300.0


@dataclass(frozen=True)
class Tokens:
    """`fetch` asks WeChat: given true it must be a new one; token and seconds it is good for."""

    bot: str
    notebook: Notebook
    leases: Leases
    clock: Callable[[], datetime]
    fetch: Callable[[bool], Awaitable[tuple[str, float]]]

    async def current(self) -> str:
        """A token that is good for some minutes at least.

        Raises:
            TryAgainError: WeChat gives none, or cannot be reached.
        """
        token = await self._kept()
        if token is not None:
            return token
        async with self.leases.hold(f"token:{self.bot}"):
            return await self._kept() or await self.fetched(anew=False)

    async def renewed(self, refused: str) -> str:
        """Another token than the one that WeChat refused; somebody else may have fetched it.

        Raises:
            TryAgainError: WeChat gives none, or cannot be reached.
        """
        async with self.leases.hold(f"token:{self.bot}"):
            token = await self._kept()
            if token is not None and token != refused:
                return token
            token = await self.fetched(anew=False)
            # Only when WeChat still thinks the old one good: forced renewals are few a day.
            return token if token != refused else await self.fetched(anew=True)

    async def _kept(self) -> str | None:
        note = await self.notebook.get(self.bot, _NOTE)
        if not note:
            return None
        kept = json.loads(note)
        good = kept["until"] - _MARGIN_SECONDS > self.clock().timestamp()
        return str(kept["token"]) if good else None

    async def fetched(self, *, anew: bool = False) -> str:
        """A token straight from WeChat.

        Raises:
            TryAgainError: it gives none (wrong secret, address not on its list), or is not there.
        """
        try:
            token, seconds = await self.fetch(anew)
        except UnsureError as error:
            raise TryAgainError(str(error)) from error
        except RefusalError as refusal:
            # Nothing is wrong with the message: it can go as soon as the operator has mended this.
            raise TryAgainError(f"no access token: {refusal}", after_seconds=60.0) from refusal
        until = self.clock().timestamp() + seconds
        await self.notebook.put(self.bot, _NOTE, json.dumps({"token": token, "until": until}))
        return token
