"""A model asked with a temperature and a seed of our choice."""

from dataclasses import dataclass, replace

from agent.model import Completion, Model, OnText, Request

VARIED_TEMPERATURE = 0.7


@dataclass(frozen=True)
class SampledModel:
    """A model that is asked at this temperature and with this seed, whatever the request says.

    It stays the business of whoever opened the model to close it.
    """

    model: Model
    temperature: float
    seed: int

    @property
    def spec(self) -> str:
        """That of the model itself."""
        return self.model.spec

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        """Ask the model."""
        asked = replace(request, temperature=self.temperature, seed=self.seed)
        return await self.model.complete(asked, on_text)

    async def close(self) -> None:
        """Nothing: the model is borrowed."""
