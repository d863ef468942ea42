"""The journal of a "what if": recorded results where they still hold, new reads, no new writes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.journal import Body, Run
from agent.log import Event

NOT_RECORDED = "not_recorded"
# What a replay may carry out anew: it changes nothing and tells nobody.
_SEARCHES = frozenset({"search_knowledge"})
_HARMLESS = frozenset({"search_knowledge", "show_product_images", "hand_off_to_human"})
_READS = frozenset({"lookup_order", "list_orders"})


@dataclass(frozen=True, slots=True)
class Anew:
    """What is carried out anew although a result is on record.

    `model`: the record is of another model or of other prompts. `knowledge`: searches see today's
    knowledge. `shop`: orders and pictures are read as they are today. What is not on record is
    read anew in any case; orders only where `orders` says that reading them is safe.
    """

    model: bool = False
    knowledge: bool = False
    shop: bool = False
    orders: bool = False


@dataclass
class WhatIfJournal:
    """`agent.journal.Journal` that writes nothing; `notes` is what the turn did.

    `missing` names the calls that were not on record and may not be carried out in a replay:
    whatever changes something in the shop, and reads of a shop that is not ours.
    """

    now: datetime
    recorded: list[Event]
    anew: Anew
    notes: list[tuple[str, Body]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    asked: int = 0

    async def step(self, kind: str, key: Body, run: Run) -> Body:
        """The recorded result where it still holds, else a new one, else a refusal."""
        known = self._known(kind, key)
        if known is not None and not self._outdated(kind, key):
            result = known
        elif kind == "tool" and not self._may_run(key):
            self.missing.append(str(key["tool"]))
            result = {"refused": NOT_RECORDED, "text": "A replay does not carry this out."}
        else:
            self.asked += kind == "model"
            result = await run()
        await self.note(kind, {**key, "result": result})
        return result

    async def note(self, kind: str, body: Body) -> None:
        """Keep what the turn did, for a comparison and for the turns after it."""
        self.notes.append((kind, body))

    async def flush(self) -> None:
        """Nothing is written in a replay."""

    def _known(self, kind: str, key: Mapping[str, Any]) -> Body | None:
        wanted = _written(key)
        for place, event in enumerate(self.recorded):
            own = {name: value for name, value in event.body.items() if name != "result"}
            if event.kind == kind and _written(own) == wanted:
                del self.recorded[place]
                result: Body = event.body["result"]
                return result
        return None

    def _outdated(self, kind: str, key: Mapping[str, Any]) -> bool:
        match kind:
            case "model":
                return self.anew.model
            case "spelling" | "standing":
                return self.anew.knowledge
            case "timings":
                return True
            case _:
                tool = key.get("tool")
                searches = tool in _SEARCHES
                reads = tool in _HARMLESS or (tool in _READS and self.anew.orders)
                return self.anew.knowledge if searches else self.anew.shop and reads

    def _may_run(self, key: Mapping[str, Any]) -> bool:
        tool = key["tool"]
        return tool in _HARMLESS or (tool in _READS and self.anew.orders)


def _written(key: Mapping[str, Any]) -> str:
    return json.dumps(key, ensure_ascii=False, sort_keys=True)
