"""One turn, from the customer's words to the reply: the agent's front door."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from time import perf_counter
from typing import Any, Literal, cast

from agent.asking import Asking, Meter, MeteredKnowledge
from agent.graph import TurnGraph
from agent.inbound import Message, read
from agent.journal import Journal, LiveJournal
from agent.log import Log
from agent.memory import Memory, remember
from agent.model import Model
from agent.prompts import Prompts
from agent.reply import Call, Citation, Handoff, Image, Payment, Reply, Timings
from agent.speaker import Speaker, joined
from agent.spelling import Speller
from agent.turn_state import Result, TurnContext, TurnState
from knowledge.brand import Brand
from knowledge.notices import Notice
from tools.artifacts import Evidence, HandOff, PaymentLink, Pictures, PurchaseSummary
from tools.catalog import CatalogIndex
from tools.context import Caller, Orders, Payments, Searchable, ToolContext
from tools.money import decimal_text

# Arguments of a call that say how it was carried out, not what it was.
_INWARD = {"products", "also", "behind", "less"}


@dataclass(frozen=True)
class Services:
    """What the tools of a turn reach: the shop and the knowledge."""

    orders: Orders
    payments: Payments
    knowledge: Searchable
    speller: Speller = Speller()  # noqa: RUF009 - frozen
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Agent:
    """Everything needed to answer one brand's customers."""

    brand: Brand
    model: Model
    prompts: Prompts
    catalog: CatalogIndex
    services: Services
    graph: TurnGraph
    log: Log
    clock: Callable[[], datetime]
    style: Literal["quote", "write"] = "quote"
    decisions: Literal["json", "native"] = "json"
    max_steps: int = 8

    async def answer(
        self,
        conversation: str,
        text: str,
        customer: str | None,
        show: Callable[[str], None] = lambda _: None,
    ) -> Reply:
        """Answer one message; every step is in the log before the reply is handed back."""
        started = perf_counter()
        memory = remember(await self.log.read(conversation))
        message = read(text, self.brand.language)
        number = memory.turns + 1
        now = self.clock()
        journal = LiveJournal(self.log, conversation, number, memory.seq, self.clock, now)
        await journal.note("message", self.received(message, customer, now))
        caller = Caller(self.brand.id, conversation, number, customer)
        reply = await run_turn(self, journal, Arrival(memory, message, caller, started), show)
        await journal.flush()
        return reply

    def received(self, message: Message, customer: str | None, now: datetime) -> dict[str, Any]:
        """What is on record of a message, so that its turn can be run again."""
        return {
            **asdict(message),
            "customer": customer,
            "brand": self.brand.id,
            "folder": str(self.brand.folder),
            "now": now.isoformat(),
            "model": self.model.spec,
            "prompts": self.prompts.fingerprint,
            "style": self.style,
            "decisions": self.decisions,
        }


@dataclass(frozen=True)
class Arrival:
    """A message, who sent it, what went before, and when it came (`perf_counter` seconds)."""

    memory: Memory
    message: Message
    caller: Caller
    started: float


async def run_turn(
    agent: Agent,
    journal: Journal,
    arrival: Arrival,
    show: Callable[[str], None] = lambda _: None,
) -> Reply:
    """Run the graph over one message and put the reply together; the same live and in a replay.

    The reply is noted in the journal; whoever runs the turn sees to it that it is written.
    """
    meter = Meter()
    message, caller, started = arrival.message, arrival.caller, arrival.started
    speaker = Speaker(show, message.language, lambda: (perf_counter() - started) * 1000)
    turn = TurnContext(
        brand=agent.brand,
        prompts=agent.prompts,
        journal=journal,
        asking=Asking(agent.model, journal, meter),
        memory=arrival.memory,
        message=message,
        catalog=agent.catalog,
        tools=ToolContext(
            brand=agent.brand,
            caller=caller,
            language=message.language,
            now=journal.now,
            orders=agent.services.orders,
            payments=agent.services.payments,
            knowledge=MeteredKnowledge(agent.services.knowledge, meter),
        ),
        speller=agent.services.speller,
        notices=agent.services.notices,
        speak=speaker.say,
        style=agent.style,
        decisions=agent.decisions,
        max_steps=agent.max_steps,
    )
    state = cast("TurnState", await agent.graph.ainvoke(TurnState(), context=turn))
    await journal.note("focus", _focus(state))
    timings = await journal.step("timings", {}, _timings(speaker, meter, started))
    reply = reply_of(state, turn, caller, agent.model.spec, Timings(**timings))
    await journal.note("reply", reply.model_dump(mode="json"))
    return reply


def _timings(speaker: Speaker, meter: Meter, started: float) -> Any:
    async def measure() -> dict[str, int]:
        total = (perf_counter() - started) * 1000
        first = speaker.first_ms if speaker.first_ms is not None else total
        own = max(0.0, total - meter.model_ms - meter.embedding_ms)
        return {
            "first_token_ms": round(first),
            "total_ms": round(total),
            "model_ms": round(meter.model_ms),
            "own_ms": round(own),
        }

    return measure


def _focus(state: TurnState) -> dict[str, Any]:
    focus = state["focus"]
    pending = focus.pending
    return {
        "products": focus.products,
        "orders": focus.orders,
        "seen": focus.seen,
        "awaiting_proof": focus.awaiting_proof,
        "pending": pending.as_json if pending else None,
        "choice": asdict(focus.choice) if focus.choice else None,
        "thread": focus.thread,
    }


def reply_of(
    state: TurnState, turn: TurnContext, caller: Caller, model: str, timings: Timings
) -> Reply:
    """The reply object: checked sentences, and the tools' artifacts word for word."""
    results, draft = state["results"], state["draft"]
    reply = Reply(
        conversation=caller.conversation,
        turn=caller.turn,
        text=joined(tuple(sentence.text for sentence in draft.sentences), turn.language),
        language=turn.language,
        calls=tuple(Call(tool=r.tool, args=_public(r), ok=r.ok) for r in results),
        citations=tuple(
            Citation(source=sentence.source, quote=sentence.quote)
            for sentence in draft.sentences
            if sentence.source
        ),
        refused=draft.unanswered or state["plan"].talk == "other",
        model=model,
        timings=timings,
    )
    for result in results:
        reply = _with_artifact(reply, result)
    return reply


def _public(result: Result) -> dict[str, Any]:
    return {key: value for key, value in result.args.items() if key not in _INWARD}


def _with_artifact(reply: Reply, result: Result) -> Reply:
    more: dict[str, Any] = {}
    match result.artifact:
        case Pictures(pictures=pictures):
            images = tuple(Image(sku=p.sku, path=p.path, caption=p.caption) for p in pictures)
            more = {"images": (*reply.images, *images)}
        case PaymentLink() as link:
            payment = Payment(
                url=link.url,
                amount=decimal_text(link.amount_cents),
                currency=link.currency,
                order_id=link.order_id,
                expires_at=link.expires_at.isoformat(),
            )
            more = {"payment": payment}
        case PurchaseSummary():
            more = {"awaits_confirmation": True}
        case HandOff(reason=reason):
            more = {"handoff": Handoff(requested=True, reason=reason)}
        case Evidence(version=version):
            more = {"knowledge_version": version}
        case _:
            pass
    return reply.model_copy(update=more)
