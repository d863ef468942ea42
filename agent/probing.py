"""What a model knows of an answer beyond the words that it would write: linear probes.

A small model writes "stated" where its hidden state tells that it is guessing. A linear probe reads
that state: see Alain and Bengio, "Understanding intermediate layers using linear classifier probes"
(2016), and for questions without an answer Slobodkin et al., "The Curious Case of Hallucinatory
(Un)answerability" (2023). It is read in the middle of the model, where it tells most (see
docs/decisions.md), so the model's first layers are served by themselves (agent/early_layers.py)
and nothing is written at all. llama.cpp's server does not hand out the state of a chat, but the
log-probabilities of some thousand fixed tokens are a linear view of it, which it does give.
"""

import asyncio
import json
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from agent.model import Completion, Request
from agent.warmth import Warmth

PROBES = Path(__file__).parent / "probes"
_SECONDS = 60.0
# Lifts the tokens above all others, so that the server tells their probabilities, not others'.
_LIFT = 60.0
_LEAST = 1e-38
_log = logging.getLogger(__name__)
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Probe:
    """Weights of tokens' log-probabilities, whose mean is taken off first.

    `layers`: how many of the model's layers come before the state that is read. `weights`, one for
    each of the tokens, and `bias`: of the log-odds that the lines answer.
    """

    layers: int
    tokens: tuple[int, ...]
    weights: Array
    bias: float

    def seen(self, logprobs: Mapping[int, float]) -> Array:
        """What is seen of the state, of shape (tokens,).

        Raises:
            KeyError: a token is missing.
        """
        told = np.array([logprobs[token] for token in self.tokens])
        seen: Array = told - told.mean()
        return seen

    def log_odds(self, seen: Array) -> float:
        """The log-odds that the lines answer."""
        return float(seen @ self.weights + self.bias)


def read_probe(model: str, folder: Path = PROBES) -> Probe | None:
    """The probe made for a model file of that name; None if there is none.

    Raises:
        ValueError: the file is of a form that is not read any more.
    """
    file = folder / f"{model}.json"
    if not file.is_file():
        return None
    kept = json.loads(file.read_text("utf-8"))
    weights, tokens = np.array(kept["weights"]), tuple(kept["tokens"])
    if "layers" not in kept or weights.shape != (len(tokens),):
        raise ValueError(
            f"{file} was made by an older version; make it anew with "
            f"scripts/fit_probe.py --write --model {model}, or delete it."
        )
    return Probe(kept["layers"], tokens, weights, kept["bias"])


async def _nothing() -> None:
    """There is nothing to close."""


@dataclass(frozen=True)
class Probing:
    """Asks the llama.cpp server of a model's first layers, at `address` under `key`.

    `warmth` keeps what it made of the fixed prompts; `close` stops it.
    """

    address: str
    key: str
    probe: Probe
    warmth: Warmth | None = None
    close: Callable[[], Awaitable[None]] = _nothing

    async def judge(self, request: Request) -> Completion | None:
        """What the model would have to answer, as its state tells; None if it cannot be read.

        The request's schema has two properties: the numbers of the lines that fit, of which its
        state tells nothing, and one of two words, that the answer is there or not. `request.probe`
        is put into the model's mouth up to that word.
        """
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            logprobs, read = await self.logprobs(request)
            odds = round(self.probe.log_odds(self.probe.seen(logprobs)), 3)
        except (httpx.HTTPError, KeyError, IndexError, TypeError, ValueError) as error:
            _log.warning("The model's state could not be read: %s", type(error).__name__)
            return None
        (numbers, _), (verdict, words) = (request.schema or {})["properties"].items()
        said = {numbers: [], verdict: words["enum"][0 if odds > 0 else 1]}
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        took = (clock() - started) * 1000
        return Completion(text, "stop", read, 0, took, took, probe=odds)

    async def logprobs(self, request: Request) -> tuple[dict[int, float], int]:
        """The log-probability of each of the probe's tokens among them, and the prompt's tokens.

        Raises:
            httpx.HTTPError: the server does not answer.
            KeyError, IndexError, TypeError, ValueError: it answers something else.
        """
        async with httpx.AsyncClient(
            base_url=self.address,
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=_SECONDS,
            trust_env=False,
        ) as client:
            messages = [{"role": one.role, "content": one.text} for one in request.messages]
            templated = await _posted(client, "/apply-template", {"messages": messages})
            body = {
                "prompt": templated["prompt"] + request.probe,
                "n_predict": 1,
                "temperature": 1,
                "samplers": ["temperature"],
                "logit_bias": [[token, _LIFT] for token in self.probe.tokens],
                "n_probs": len(self.probe.tokens),
                "post_sampling_probs": True,
            }
            told = await _posted(client, "/completion", body)
        likeliest = told["completion_probabilities"][0]["top_probs"]
        logprobs = {one["id"]: math.log(max(one["prob"], _LEAST)) for one in likeliest}
        return logprobs, int(told.get("tokens_evaluated", 0))


async def _posted(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = await client.post(path, json=body)
    answer: dict[str, Any] = response.raise_for_status().json()
    return answer
