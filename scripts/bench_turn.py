"""Our turn beside LangChain's stock agent: same model, tools, knowledge and questions, one run.

Prints time and right answers of both, as ratios, the time per turn outside the model, and the
memory this process needs beside the model's weights.

    python scripts/bench_turn.py [--brand DIR] [--cases FILE...] [--limit N]
"""

import argparse
import asyncio
import re
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from langchain.agents import create_agent
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from agent.chat_model import ChatModel
from agent.embedded import EmbeddedOptions, EmbeddedServer, compact_grammar, start_embedded
from agent.inbound import language_of
from agent.model_http import TimeLimits
from agent.openai_style import OpenAiWire
from agent.reply import Call, Citation, Handoff, Image, Payment, Reply, Timings
from agent.weights import DEFAULT_MODEL, fetch
from app.evaluating import fixed_clock
from app.settings import Settings
from app.wiring import Running, open_agent
from evaluation.cases import Case, load_cases
from evaluation.judge import faults
from tools.artifacts import Evidence, HandOff, PaymentLink, Pictures
from tools.context import Caller, ToolContext
from tools.money import decimal_text
from tools.toolbox import enabled

NOW = "2026-11-23T10:00+08:00"
SYSTEM = (
    "You are {agent}, customer service of {name}. {persona}\n"
    "Use the tools for orders, pictures, payments and knowledge. Answer only from what the tools "
    "return, in the customer's language, briefly. If they do not say, answer: {unknown}"
)


@dataclass
class Sum:
    """What one of the two did."""

    name: str
    right: int = 0
    seconds: list[float] = field(default_factory=list)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brand", type=Path, default=Path("brands/huayang"))
    parser.add_argument("--cases", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, default=30)
    args = parser.parse_args()
    files = args.cases or sorted(args.brand.glob("cases/*.jsonl"))
    settings = Settings(brand=args.brand)
    weights = await fetch(DEFAULT_MODEL, settings.cache_dir, settings.model_mirror, lambda *_: None)
    server = await start_embedded(
        # A third slot, so that the other agent's prompt stays cached as well as our two.
        weights,
        EmbeddedOptions(settings.threads, settings.slots + 1, settings.context_tokens),
    )
    limits = TimeLimits(5, 180, 300)
    wire = OpenAiWire("m", server.url, server.key, limits, constraint=compact_grammar)
    model = ChatModel(f"embedded:{DEFAULT_MODEL}", wire, limits)
    with tempfile.TemporaryDirectory() as folder:
        async with open_agent(settings, fixed_clock(NOW), Path(folder), model) as running:
            cases = load_cases(files, running.agent.brand)
            step = max(1, len(cases) // args.limit)
            await compare(running, server, cases[::step][: args.limit])
    await model.close()
    await server.stop()


async def compare(running: Running, server: EmbeddedServer, cases: tuple[Case, ...]) -> None:
    """Every case's first turn to both, ours first; then the table."""
    ours, stock = Sum("ours"), Sum("create_agent")
    own_ms: dict[bool, list[int]] = {True: [], False: []}
    baseline = Stock(running, server)
    await running.agent.answer("warm-up", cases[0].turns[0].user, None)
    await baseline.answer("warm-up", cases[0].turns[0].user, None)
    for number, case in enumerate(cases, start=1):
        turn = case.turns[0]
        for total, answer in ((ours, running.agent.answer), (stock, baseline.answer)):
            started = time.perf_counter()
            reply = await answer(f"bench-{case.id}", turn.user, case.customer)
            total.seconds.append(time.perf_counter() - started)
            total.right += not faults(turn.expect, reply, running.agent.brand)
            if total is ours:
                searched = any(call.tool == "search_knowledge" for call in reply.calls)
                own_ms[searched].append(reply.timings.own_ms)
        print(f"{number}/{len(cases)}  ours {ours.right}  create_agent {stock.right}", flush=True)
    for total in (ours, stock):
        right, seconds = f"{total.right:3}/{len(cases)}", f"{median(total.seconds):.2f} s"
        print(f"{total.name:13} right {right}  median {seconds}")
    ratio = ours.right / stock.right if stock.right else float("inf")
    print(
        f"right answers: {ratio:.1f} x   time: {median(ours.seconds) / median(stock.seconds):.2f} x"
    )
    for searched, values in own_ms.items():
        if values:
            print(f"own_ms median {'with' if searched else 'without'} search: {median(values)}")
    print(f"memory beside the weights: {memory_beside_weights_mb()} MB")


class Stock:
    """LangChain's `create_agent` with our tools and the same model."""

    def __init__(self, running: Running, server: EmbeddedServer) -> None:
        brand = running.agent.brand
        self._running = running
        chat = ChatOpenAI(
            model="m",
            base_url=server.url,
            api_key=SecretStr(server.key),
            temperature=0,
            max_retries=0,
            max_completion_tokens=300,
        )
        system = SYSTEM.format(
            agent=brand.agent_name, name=brand.name, persona=brand.persona, unknown=brand.unknown
        )
        self._agent: Any = create_agent(
            chat, list(enabled(brand)), system_prompt=system, context_schema=ToolContext
        )
        self._unknown = brand.unknown

    async def answer(self, conversation: str, text: str, customer: str | None) -> Reply:
        """Its last message as a reply; a tool that refuses ends the turn, as out of the box."""
        agent = self._running.agent
        language = language_of(text, agent.brand.language)
        context = ToolContext(
            brand=agent.brand,
            caller=Caller(agent.brand.id, f"{conversation}-stock", 1, customer),
            language=language,
            now=agent.clock(),
            orders=agent.services.orders,
            payments=agent.services.payments,
            knowledge=agent.services.knowledge,
        )
        try:
            state = await self._agent.ainvoke(
                {"messages": [{"role": "user", "content": text}]},
                {"recursion_limit": 12},
                context=context,
            )
            messages = state["messages"]
        except Exception as error:  # noqa: BLE001 - whatever breaks it counts as its answer
            messages = []
            text = f"{type(error).__name__}"
        return self._reply(messages, conversation, language)

    def _reply(self, messages: list[Any], conversation: str, language: Any) -> Reply:
        said = str(messages[-1].content) if messages else ""
        calls = [call for message in messages for call in getattr(message, "tool_calls", [])]
        artifacts = [a for m in messages if (a := getattr(m, "artifact", None)) is not None]
        link = next((a for a in artifacts if isinstance(a, PaymentLink)), None)
        return Reply(
            conversation=conversation,
            turn=1,
            text=said,
            language=language,
            images=tuple(
                Image(sku=p.sku, path=p.path, caption=p.caption)
                for a in artifacts
                if isinstance(a, Pictures)
                for p in a.pictures
            ),
            payment=Payment(
                url=link.url,
                amount=decimal_text(link.amount_cents),
                currency=link.currency,
                order_id=link.order_id,
                expires_at=link.expires_at.isoformat(),
            )
            if link
            else None,
            citations=tuple(
                Citation(source=hit.source, quote=hit.text)
                for a in artifacts
                if isinstance(a, Evidence)
                for hit in a.hits
            ),
            calls=tuple(Call(tool=c["name"], args=c["args"], ok=True) for c in calls),
            handoff=Handoff(requested=any(isinstance(a, HandOff) for a in artifacts)),
            refused=self._unknown in said or not said,
            model="create_agent",
            timings=Timings(first_token_ms=0, total_ms=0, model_ms=0, own_ms=0),
        )


def memory_beside_weights_mb() -> int:
    """Resident megabytes of this process without the mapped model file and its repacked copy.

    Linux only: mapped files are told apart in /proc/self/smaps; llama.cpp's repacked weights are
    anonymous and known to be the one mapping of more than 300 MB.
    """
    total = 0
    name, large = "", False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if re.match(r"^[0-9a-f]+-[0-9a-f]+ ", line):
            name = line.split(maxsplit=5)[5] if len(line.split(maxsplit=5)) > 5 else ""
            start, end = (int(part, 16) for part in line.split()[0].split("-"))
            large = name.endswith((".gguf",)) or (not name and end - start > 300_000_000)
        elif line.startswith("Rss:") and not large:
            total += int(line.split()[1])
    return total // 1024


if __name__ == "__main__":
    asyncio.run(main())
