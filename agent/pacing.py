"""Not sending faster than a provider likes."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second on average, and so many at once after a pause."""

    per_second: float
    burst: int = 1


@dataclass
class Bucket:
    """Tokens that fill up at a rate; whoever takes one may have to wait for it.

    It begins empty but for one: whoever had this duty before may just have sent a burst.
    """

    rate: Rate
    tokens: float = 1.0
    filled_at: float = field(default_factory=monotonic)

    async def take(self) -> None:
        """Wait for a token. Those who wait are served in turn."""
        now = monotonic()
        filled = self.tokens + (now - self.filled_at) * self.rate.per_second
        self.tokens = min(float(max(1, self.rate.burst)), filled) - 1.0
        self.filled_at = now
        if self.tokens < 0:
            await asyncio.sleep(-self.tokens / self.rate.per_second)
