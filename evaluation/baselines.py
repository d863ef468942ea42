"""What the agent is measured against: bare retrieval, and LangChain's stock agent."""

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

from langchain.agents import create_agent
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

from agent.grounds import statements
from agent.inbound import language_of
from agent.reply import Call, Citation, Handoff, Image, Payment, Reply, Timings
from agent.turn import Agent
from evaluation.judging import Answered
from evaluation.plain_model import PlainChatModel
from evaluation.runner import Answerer
from tools.artifacts import Artifact, Evidence, HandOff, PaymentLink, Pictures
from tools.context import Caller, ToolContext
from tools.help_tools import evidence_of
from tools.money import decimal_text
from tools.toolbox import enabled

MAX_STEPS = 12
FIRST_FOUND = 5
SYSTEM = (
    "You are {agent}, customer service of {name}. {persona}\n"
    "Use the tools for orders, pictures, payments and knowledge. Answer only from what the tools "
    "return, in the customer's language, briefly. If they do not say, answer: {unknown}"
)


class Retrieval:
    """No language model: the best passage word for word. Calls nothing, never refuses."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    async def answer(self, conversation: str, text: str, customer: str | None) -> Answered:  # noqa: ARG002
        """The passage nearest to the message, with its source."""
        started = perf_counter()
        found = evidence_of(await self._agent.services.knowledge.search(text, FIRST_FOUND))
        best = found.hits[:1]
        reply = Reply(
            conversation=conversation,
            turn=1,
            text=best[0].text if best else "",
            language=language_of(text, self._agent.brand.language),
            citations=tuple(Citation(source=hit.source, quote=hit.text) for hit in best),
            knowledge_version=found.version,
            model="retrieval",
            timings=_timings(started),
        )
        grounds = statements(found, self._agent.brand.timezone)
        return Answered(reply, grounds, passages=tuple(hit.source for hit in found.hits))


class Stock:
    """LangChain's `create_agent` with our tools and the same model, out of the box."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        brand = agent.brand
        system = SYSTEM.format(
            agent=brand.agent_name, name=brand.name, persona=brand.persona, unknown=brand.unknown
        )
        self._graph: Any = create_agent(
            PlainChatModel(asked=agent.model),
            list(enabled(brand)),
            system_prompt=system,
            context_schema=ToolContext,
        )
        self._said: dict[str, list[BaseMessage]] = {}

    async def answer(self, conversation: str, text: str, customer: str | None) -> Answered:
        """Its last message; whatever breaks it (a tool that refuses, too) ends the turn."""
        started = perf_counter()
        before = self._said.get(conversation, [])
        asked = [*before, {"role": "user", "content": text}]
        number = 1 + sum(message.type == "human" for message in before)
        fault = ""
        messages = [*before]
        try:
            context = self._context(conversation, number, customer)
            async for state in self._states(asked, context):
                messages = state
        except Exception as error:  # noqa: BLE001 - whatever breaks it counts as its answer
            fault = f"{type(error).__name__}: {error}"
        new = messages[len(before) :]
        self._said[conversation] = [] if fault else messages
        reply = self._reply(conversation, number, text, new, started)
        note = ({"purpose": "fault", "where": "create_agent", "error": fault},) if fault else ()
        return Answered(reply, self._grounds(new), note, _first_found(_artifacts(new)))

    async def _states(self, asked: list[Any], context: ToolContext) -> Any:
        """The messages after each step, so that calls made before something broke are known."""
        stream = self._graph.astream(
            {"messages": asked},
            {"recursion_limit": MAX_STEPS},
            context=context,
            stream_mode="values",
        )
        async for state in stream:
            yield state["messages"]

    def _context(self, conversation: str, number: int, customer: str | None) -> ToolContext:
        agent = self._agent
        return ToolContext(
            brand=agent.brand,
            caller=Caller(agent.brand.id, conversation, number, customer),
            language=agent.brand.language,
            now=agent.clock(),
            orders=agent.services.orders,
            payments=agent.services.payments,
            knowledge=agent.services.knowledge,
        )

    def _grounds(self, messages: list[BaseMessage]) -> tuple[str, ...]:
        zone = self._agent.brand.timezone
        told = tuple(str(m.content) for m in messages if isinstance(m, ToolMessage))
        stated = (text for a in _artifacts(messages) for text in statements(a, zone))
        return (*told, *stated)

    def _reply(
        self, conversation: str, number: int, text: str, new: list[BaseMessage], started: float
    ) -> Reply:
        last = new[-1] if new else None
        said = str(last.content) if isinstance(last, AIMessage) else ""
        artifacts = _artifacts(new)
        link = next((a for a in artifacts if isinstance(a, PaymentLink)), None)
        return Reply(
            conversation=conversation,
            turn=number,
            text=said,
            language=language_of(text, self._agent.brand.language),
            images=tuple(
                Image(sku=p.sku, path=p.path, caption=p.caption)
                for a in artifacts
                if isinstance(a, Pictures)
                for p in a.pictures
            ),
            payment=_payment(link) if link else None,
            citations=tuple(
                Citation(source=hit.source, quote=hit.text)
                for a in artifacts
                if isinstance(a, Evidence)
                for hit in a.hits
            ),
            calls=_calls(new),
            handoff=Handoff(requested=any(isinstance(a, HandOff) for a in artifacts)),
            refused=self._agent.brand.unknown in said or not said,
            model="create_agent",
            timings=_timings(started),
        )


# A baseline is made of the agent: its brand, model, tools and knowledge.
BASELINES: Final[dict[str, Callable[[Agent], Answerer]]] = {
    "retrieval": Retrieval,
    "create_agent": Stock,
}


def _calls(messages: list[BaseMessage]) -> tuple[Call, ...]:
    """Every call; one without a result did not succeed."""
    done = {m.tool_call_id for m in messages if isinstance(m, ToolMessage) and m.status != "error"}
    return tuple(
        Call(tool=call["name"], args=call["args"], ok=call["id"] in done)
        for message in messages
        if isinstance(message, AIMessage)
        for call in message.tool_calls
    )


def _artifacts(messages: list[BaseMessage]) -> list[Artifact]:
    return [m.artifact for m in messages if isinstance(m, ToolMessage) and m.artifact is not None]


def _first_found(artifacts: list[Artifact]) -> tuple[str, ...]:
    found = (a for a in artifacts if isinstance(a, Evidence))
    return tuple(hit.source for a in found for hit in a.hits[:FIRST_FOUND])


def _payment(link: PaymentLink) -> Payment:
    return Payment(
        url=link.url,
        amount=decimal_text(link.amount_cents),
        currency=link.currency,
        order_id=link.order_id,
        expires_at=link.expires_at.isoformat(),
    )


def _timings(started: float) -> Timings:
    total = round((perf_counter() - started) * 1000)
    return Timings(first_token_ms=total, total_ms=total, model_ms=0, own_ms=0)
