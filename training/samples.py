"""Training samples: corrected conversations in chat format, one JSON object a line."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from agent.corrections import Correction
from agent.log import Event
from agent.memory import remember
from knowledge.brand import Brand


def sample_of(correction: Correction, events: Sequence[Event], brand: Brand) -> dict[str, Any]:
    """What the model should have said: who it is, what went before, the question, the answer.

    `rejected` is the reply that was marked wrong, for training by preference. Where it should
    have refused, the brand's own words for not knowing are the answer.
    """
    before = remember(event for event in events if event.turn < correction.turn)
    messages = [{"role": "system", "content": _system(brand)}]
    for exchange in before.exchanges:
        messages.append({"role": "user", "content": exchange.customer})
        messages.append({"role": "assistant", "content": exchange.agent})
    messages.append({"role": "user", "content": correction.question})
    messages.append({"role": "assistant", "content": correction.right or brand.unknown})
    return {
        "messages": messages,
        "rejected": correction.wrong,
        "brand": brand.id,
        "fault": correction.fault,
        "correction": correction.number,
        "source": f"{correction.conversation}:{correction.turn}",
    }


def lines_of(samples: Iterable[dict[str, Any]]) -> str:
    """The samples as JSON Lines."""
    return "".join(f"{json.dumps(sample, ensure_ascii=False)}\n" for sample in samples)


def _system(brand: Brand) -> str:
    if brand.language == "zh":
        return f"你是{brand.name}的客服{brand.agent_name}。{brand.persona}"
    return f"You are {brand.agent_name}, customer service of {brand.name}. {brand.persona}"
