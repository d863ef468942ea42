"""What a model knows of its own answer beyond the words that it writes: a linear probe.

A small model writes "stated" where its hidden state tells that it is guessing. A linear probe reads
that state: see Alain and Bengio, "Understanding intermediate layers using linear classifier probes"
(2016), and for questions without an answer Slobodkin et al., "The Curious Case of Hallucinatory
(Un)answerability" (2023). llama.cpp's server does not hand out the state of a chat, but the
log-probabilities of some hundred fixed tokens are a linear view of it, which it does give. The
state is read twice, before anything is written and at the verdict: each errs where the other does
not, and the mean of both tells more.
"""

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from agent.model import Request

PROBES = Path(__file__).parent / "probes"
# Where the state is read: before anything is written, and before the verdict.
PLACES = ("start", "verdict")
_SECONDS = 60.0
# Lifts the tokens above all others, so that the server tells their probabilities, not others'.
_LIFT = 60.0
_LEAST = 1e-38
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Probe:
    """Weights of tokens' log-probabilities, whose mean is taken off first.

    `weights`: a row for each place that is looked at, in the order of `PLACES`.
    """

    tokens: tuple[int, ...]
    weights: NDArray[np.float64]
    bias: float

    def log_odds(self, *logprobs: Mapping[int, float]) -> float:
        """The log-odds that the answer is right, from what was seen at each place.

        Raises:
            KeyError: a token is missing.
        """
        seen = np.array([[place[token] for token in self.tokens] for place in logprobs])
        return float(((seen - seen.mean(axis=1, keepdims=True)) * self.weights).sum() + self.bias)


def read_probe(model: str, folder: Path = PROBES) -> Probe | None:
    """The probe made for a model file of that name; None if there is none.

    Raises:
        ValueError: the file is of a form that is not read any more.
    """
    file = folder / f"{model}.json"
    if not file.is_file():
        return None
    kept = json.loads(file.read_text("utf-8"))
    weights = np.array(kept["weights"])
    if weights.shape != (len(PLACES), len(kept["tokens"])):
        raise ValueError(
            f"{file} was made by an older version; make it anew with "
            f"scripts/fit_probe.py --write --model {model}, or delete it."
        )
    return Probe(tuple(kept["tokens"]), weights, kept["bias"])


@dataclass(frozen=True)
class Probing:
    """Asks a llama.cpp server, at `address` under `key`, what the probe needs to know."""

    address: str
    key: str
    probe: Probe

    async def log_odds(self, request: Request, text: str) -> float | None:
        """The probe's log-odds where the text comes to what `request.probe` says.

        The server has the prompt in its cache: this costs two tokens. None if the text does not
        come to that, or the server does not answer as it should.
        """
        before, found, _ = text.partition(request.probe)
        if not found:
            return None
        try:
            # The later place first: it is in the cache as a whole.
            verdict = await self.logprobs(request, before + found)
            start = await self.logprobs(request, "")
            return round(self.probe.log_odds(start, verdict), 3)
        except (httpx.HTTPError, KeyError, IndexError, TypeError, ValueError) as error:
            _log.warning("The model's state could not be read: %s", type(error).__name__)
            return None

    async def logprobs(self, request: Request, written: str) -> dict[int, float]:
        """The log-probability of each of the probe's tokens after what was written, among them.

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
                "prompt": templated["prompt"] + written,
                "n_predict": 1,
                "temperature": 1,
                "samplers": ["temperature"],
                "logit_bias": [[token, _LIFT] for token in self.probe.tokens],
                "n_probs": len(self.probe.tokens),
                "post_sampling_probs": True,
            }
            told = await _posted(client, "/completion", body)
        likeliest = told["completion_probabilities"][0]["top_probs"]
        return {one["id"]: math.log(max(one["prob"], _LEAST)) for one in likeliest}


async def _posted(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = await client.post(path, json=body)
    answer: dict[str, Any] = response.raise_for_status().json()
    return answer
