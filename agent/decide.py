"""Deciding: one structured model call that proposes what this turn should do."""

import json
from dataclasses import dataclass
from typing import Any, get_args

from agent.memory import Memory
from agent.model import Completion, Message, ModelDownError, Request
from agent.prompts import HAND_OFF_REASONS, Prompts
from knowledge.brand import Language, ToolName

TALKS = ("greeting", "thanks", "bye", "identity", "other")
MAX_CALLS = 4
_REMEMBERED_TURNS = 3
_REMEMBERED_CHARACTERS = 70


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tool call as the model would have it; nothing in it is trusted yet."""

    tool: ToolName
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """The calls proposed, or, without any, the kind of small talk it is.

    `otherwise` is the kind of small talk it is if the knowledge does not plainly answer it.
    """

    calls: tuple[Proposal, ...]
    talk: str | None = None
    otherwise: str | None = None


def decide_request(
    prompts: Prompts, memory: Memory, text: str, tools: tuple[ToolName, ...]
) -> Request:
    """The request of the decide step: fixed instructions and examples first, the message last."""
    user = f"{history(memory, prompts.language)}{prompts.customer}{text}"
    return Request(
        messages=(Message("system", prompts.decide), Message("user", user)),
        max_tokens=160,
        schema=schema(tools, with_query=bool(memory.exchanges)),
    )


def history(memory: Memory, language: Language) -> str:
    """The last few turns, shortened, as the examples show them."""
    who = ("顾客：", "客服：") if language == "zh" else ("Customer: ", "Agent: ")
    lines = [
        f"{who[0]}{_short(past.customer)} {who[1]}{_short(past.agent)}\n"
        for past in memory.exchanges[-_REMEMBERED_TURNS:]
    ]
    if not lines:
        return ""
    return (
        f"（上文：\n{''.join(lines)}）\n" if language == "zh" else f"(Before:\n{''.join(lines)})\n"
    )


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _REMEMBERED_CHARACTERS else f"{flat[:_REMEMBERED_CHARACTERS]}…"


def schema(tools: tuple[ToolName, ...], *, with_query: bool) -> dict[str, Any]:
    """The JSON Schema that the decision must fit.

    Order numbers, products and quantities are not part of it: code reads them from the customer's
    own words. `query` is only asked for where there is history to resolve; without, the
    customer's own clauses are the better query, and half the writing is saved.
    """
    # No maxLength: bounded repetition makes llama.cpp's grammar minutes slow; max_tokens bounds it.
    text = {"type": "string"}
    properties: dict[str, dict[str, Any]] = {
        "search_knowledge": {"query": text} if with_query else {},
        "create_payment_link": {"for": {"enum": ["new", "order"]}},
        "hand_off_to_human": {"reason": {"enum": list(HAND_OFF_REASONS)}},
    }
    calls = [_closed({"tool": {"const": tool}, **properties.get(tool, {})}) for tool in tools]
    array = {"type": "array", "minItems": 1, "maxItems": MAX_CALLS, "items": {"anyOf": calls}}
    talk = _closed({"talk": {"enum": list(TALKS)}})
    return {"anyOf": [_closed({"calls": array}), talk] if calls else [talk]}


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def plan_of(completion: Completion, tools: tuple[ToolName, ...]) -> Plan:
    """Read the model's decision; what is no known tool is dropped.

    Raises:
        ModelDownError: it is not JSON of the agreed form.
    """
    if completion.tool_calls:
        native = [{"tool": call.name, **call.args} for call in completion.tool_calls]
        return Plan(_proposals(native, tools))
    try:
        value = json.loads(completion.text)
    except json.JSONDecodeError as error:
        raise ModelDownError("The model's decision is not JSON; use another model.") from error
    if not isinstance(value, dict):
        raise ModelDownError("The model's decision is not a JSON object; use another model.")
    calls = value.get("calls")
    proposals = _proposals(calls if isinstance(calls, list) else [], tools)
    talk = value.get("talk")
    if proposals:
        return Plan(proposals)
    return Plan((), talk if talk in TALKS else "other")


def _proposals(calls: list[Any], tools: tuple[ToolName, ...]) -> tuple[Proposal, ...]:
    known = set(tools) & set(get_args(ToolName))
    proposals: list[Proposal] = []
    for call in calls[:MAX_CALLS]:
        if not isinstance(call, dict) or call.get("tool") not in known:
            continue
        proposal = Proposal(call["tool"], {k: v for k, v in call.items() if k != "tool"})
        if proposal not in proposals:
            proposals.append(proposal)
    return tuple(proposals)
