"""Who has a customer-service session: the bot, or a person in WeCom."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal

from agent.channel_state import Notebook
from channels.wechat.api import Api
from channels.wechat.errors import RefusalError

_HINDERING: Final = frozenset({95013, 95018})


class State(IntEnum):
    """WeCom's states of a session."""

    NEW = 0
    BOT = 1
    QUEUE = 2
    PERSON = 3
    OVER = 4


@dataclass(frozen=True)
class Sessions:
    """The sessions of one customer-service account. Messages to a person are not the bot's."""

    notebook: Notebook
    bot: str
    open_kfid: str
    api: Api

    async def queue(self, chat: str) -> None:
        """Put the customer into WeCom's queue for a person.

        Raises:
            RefusalError: WeCom does not do it.
            TryAgainError: WeCom was not reached.
        """
        if await self._state(chat) not in {State.QUEUE, State.PERSON}:
            await self._move(chat, State.QUEUE)
        await self.turn_to(chat, "person")

    async def turn_to(self, chat: str, whom: Literal["person", "bot"]) -> None:
        """Remember who has it."""
        await self.notebook.put(self.bot, f"session:{chat}", whom)

    async def with_person(self, chat: str) -> bool:
        """Whether a person has it, or it waits for one."""
        return await self.notebook.get(self.bot, f"session:{chat}") == "person"

    def hinders(self, refusal: RefusalError) -> bool:
        """Whether a message was refused only because of the session's state."""
        return refusal.code in _HINDERING

    async def taken(self, chat: str) -> bool:
        """Make the session the bot's own; false if a person has it.

        Raises:
            RefusalError: WeCom does not do it.
            TryAgainError: WeCom was not reached.
        """
        state = await self._state(chat)
        if state is State.PERSON or await self.with_person(chat):
            await self.turn_to(chat, "person")
            return False
        if state is not State.BOT:
            await self._move(chat, State.BOT)
        return True

    async def _state(self, chat: str) -> State:
        asked = {"open_kfid": self.open_kfid, "external_userid": chat}
        answer = await self.api.ask("/cgi-bin/kf/service_state/get", asked)
        state = answer.get("service_state")
        return State(state) if state in set(State) else State.NEW

    async def _move(self, chat: str, state: State) -> None:
        asked = {"open_kfid": self.open_kfid, "external_userid": chat, "service_state": int(state)}
        await self.api.ask("/cgi-bin/kf/service_state/trans", asked)
