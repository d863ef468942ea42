"""A warm start: the fixed prompts' cache, kept on disk, so that the first answer is quick.

Reading the fixed part of a prompt takes a small model on a CPU 10 to 30 seconds. llama.cpp can
save what it computed (some 15 MB a prompt) and take it up again in milliseconds.
"""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

import httpx

_KEPT_FILES = 12
_SECONDS = 600.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Warmth:
    """Where a llama.cpp server keeps its slots' caches; `model` says whose they are."""

    url: str
    key: str
    folder: Path
    model: str

    async def warm(self, prompts: tuple[str, ...]) -> None:
        """Have every prompt in a slot of its own: from disk, or read now and then saved.

        What fails costs time only, so it is logged and no more.
        """
        headers = {"Authorization": f"Bearer {self.key}"}
        limit = httpx.Timeout(_SECONDS)
        async with httpx.AsyncClient(
            base_url=self.url, headers=headers, timeout=limit, trust_env=False
        ) as client:
            for slot, prompt in enumerate(prompts):
                try:
                    await self._warm(client, slot, prompt)
                except httpx.HTTPError as error:
                    _log.warning("A prompt could not be warmed up: %s", type(error).__name__)
        self._tidy()

    async def _warm(self, client: httpx.AsyncClient, slot: int, prompt: str) -> None:
        digest = hashlib.sha256(f"{self.model}\0{prompt}".encode()).hexdigest()
        name = {"filename": f"{digest[:24]}.cache"}
        if (self.folder / name["filename"]).exists():
            restored = await client.post(f"/slots/{slot}?action=restore", json=name)
            if restored.is_success:
                return
        body = {
            "messages": [
                {"role": "system", "content": prompt},
                {"role": "user", "content": "?"},
            ],
            "max_tokens": 1,
            "id_slot": slot,
        }
        (await client.post("/v1/chat/completions", json=body)).raise_for_status()
        (await client.post(f"/slots/{slot}?action=save", json=name)).raise_for_status()

    def _tidy(self) -> None:
        files = sorted(self.folder.glob("*.cache"), key=lambda file: -file.stat().st_mtime)
        for file in files[_KEPT_FILES:]:
            file.unlink(missing_ok=True)
