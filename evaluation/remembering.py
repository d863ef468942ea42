"""A model whose answers are kept in a file: what was asked before is not asked again."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agent.asking import fingerprint
from agent.model import Completion, Model, OnText, Request, Token, ToolCall


class RememberingModel:
    """A model asked once for each request; the next time the kept answer is given at once.

    A request is the same if everything in it is, temperature and seed included, and the model has
    the same name. `remembered` counts the answers that came from the file. Closing it closes the
    model.
    """

    def __init__(self, model: Model, file: Path) -> None:
        """Go on with what the file holds; it is made if it is not there.

        Raises:
            OSError: the file cannot be read or made.
        """
        self._model = model
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        self._known = _kept(file) if file.exists() else {}
        self.remembered = 0

    @property
    def spec(self) -> str:
        """That of the model itself."""
        return self._model.spec

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        """The kept answer, else the model's."""
        key = f"{self.spec} {fingerprint(request)}"
        if key in self._known:
            self.remembered += 1
            completion = self._known[key]
            if on_text:
                on_text(completion.text)
            return completion
        completion = await self._model.complete(request, on_text)
        self._keep(key, completion)
        return completion

    async def close(self) -> None:
        """Close the model."""
        await self._model.close()

    def _keep(self, key: str, completion: Completion) -> None:
        self._known[key] = completion
        line = json.dumps({"request": key, **asdict(completion)}, ensure_ascii=False)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


def _kept(file: Path) -> dict[str, Completion]:
    """What a file holds; a run that was killed may have left half a line."""
    known = {}
    for line in file.read_text("utf-8", errors="replace").splitlines():
        try:
            key, completion = _read(json.loads(line))
        except (json.JSONDecodeError, KeyError, TypeError):
            continue
        known[key] = completion
    return known


def _read(kept: dict[str, Any]) -> tuple[str, Completion]:
    calls = tuple(ToolCall(**call) for call in kept["tool_calls"])
    tokens = tuple(Token(**token) for token in kept["tokens"])
    rest = {name: kept[name] for name in kept.keys() - {"request", "tool_calls", "tokens"}}
    return kept["request"], Completion(**rest, tool_calls=calls, tokens=tokens)
