"""Not asking a model that is down: after a few failures it is left alone for a while."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from agent.model import Completion, Model, ModelDownError, OnText, Request

FAILURES = 3
PAUSE_SECONDS = 10.0


@dataclass
class BreakingModel:
    """A `Model` that fails at once while the one beneath it is taken to be down.

    After the pause one request is let through to see; the others go on failing until it is back.
    """

    inner: Model
    failures: int = FAILURES
    pause_seconds: float = PAUSE_SECONDS
    clock: Callable[[], float] = monotonic
    failed: int = field(default=0, init=False)
    opened_at: float = field(default=0.0, init=False)
    probing: bool = field(default=False, init=False)

    @property
    def spec(self) -> str:
        """Where it is served and what it is called."""
        return self.inner.spec

    @property
    def resting(self) -> bool:
        """Whether the model is taken to be down."""
        return self.failed >= self.failures

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        """Answer the request, or say at once that it cannot be answered now.

        Raises:
            ModelDownError: no proper answer, or none was tried for.
        """
        probe = self._admitted()
        try:
            completion = await self.inner.complete(request, on_text)
        except ModelDownError:
            self.failed += 1
            self.opened_at = self.clock()
            raise
        finally:
            self.probing = self.probing and not probe
        self.failed = 0
        return completion

    def _admitted(self) -> bool:
        """Whether this request is the probe."""
        if not self.resting:
            return False
        if self.probing or self.clock() - self.opened_at < self.pause_seconds:
            raise ModelDownError(f"{self.spec} is down; it is tried again in a few seconds.")
        self.probing = True
        return True

    async def close(self) -> None:
        """Let go of the model beneath; safe to call twice."""
        await self.inner.close()
