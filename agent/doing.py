"""What is done about messages that need no turn: greetings, commands, buttons, lone pictures."""

from dataclasses import dataclass
from typing import Any

from agent.batches import Batch
from agent.conversations import Held
from agent.phrases import ASIDES
from agent.reply import Handoff, Reply, aside
from agent.turn import Agent
from agent.turn_state import Result
from agent.wording import talk, told
from knowledge.brand import Language
from tools.artifacts import HandOff
from tools.help_tools import hours_text, is_staffed


@dataclass(frozen=True, slots=True)
class Done:
    """An event for the log, what the customer gets, and what changes in the conversation."""

    kind: str
    body: dict[str, Any]
    reply: Reply | None = None
    language: Language | None = None
    person: bool = False
    anew: bool = False


def do(agent: Agent, held: Held, batch: Batch) -> Done:
    """Deal with a batch that is not talk; no model is asked."""
    language = held.language or agent.brand.language
    message = batch.messages[0]
    heard = "\n".join(message.text for message in batch.messages if message.kind == "media")
    about: dict[str, Any] = {"what": batch.what, "inbox": list(batch.numbers)}
    about |= {"heard": heard} if heard.strip() else {}
    match batch.what:
        case "feedback":
            body = {**about, "value": message.text, "about": _turn(message.rest)}
            return Done("feedback", body)
        case "person":
            return _person(agent, held, language, about)
        case "none":
            return Done("said", {**about, "press": message.text[:64]})
        case "language":
            language = "en" if message.rest.strip().lower().startswith("en") else "zh"
            text = ASIDES[language]["language"]
        case "start":
            text = talk("greeting", agent.brand, language)
        case "media" | "help" | "reset" | "talk":
            text = ASIDES[language]["help" if batch.what == "talk" else batch.what]
    return Done(
        "said",
        {**about, "text": text},
        aside(held.id, text, language),
        language=language if batch.what == "language" else None,
        anew=batch.what == "reset",
    )


def _person(agent: Agent, held: Held, language: Language, about: dict[str, Any]) -> Done:
    """The customer pressed for a person: called by code, whether or not a model is there."""
    brand = agent.brand
    staffed = is_staffed(brand, agent.clock())
    called = HandOff(reason="asked", staffed=staffed, hours=hours_text(brand))
    text = "\n".join(told(Result("hand_off_to_human", {}, "", called), brand, language))
    reply = aside(held.id, text, language, handoff=Handoff(requested=True, reason="asked"))
    return Done("handover", {**about, "reason": "asked", "text": text}, reply, person=True)


def _turn(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
