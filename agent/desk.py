"""What a worker has at hand to serve conversations with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.channel import Channel
from agent.checkpoint import Checkpoint, passing
from agent.database import Database
from agent.log import Log
from agent.streams import Streams
from agent.turn import Agent
from agent.wakeups import Wakeups
from agent.watching import Watcher


@dataclass(frozen=True)
class Desk:
    """`agents` by brand, `channels` by bot."""

    database: Database
    log: Log
    agents: Mapping[str, Agent]
    channels: Mapping[str, Channel]
    streams: Streams
    watcher: Watcher
    clock: Callable[[], datetime]
    holding_seconds: float = 8.0
    checkpoint: Checkpoint = passing

    @property
    def wakeups(self) -> Wakeups:
        """Bells for whoever waits for what is done here."""
        return Wakeups(self.streams)
