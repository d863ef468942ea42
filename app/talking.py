"""`chat` and `demo`: the terminal conversation, and the tour for those who cannot type."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from prompt_toolkit import PromptSession
from rich.console import Console

from agent.weights import known_models
from app.desk import Counter
from app.doctor import ollama_qwen_models
from app.settings import Settings
from app.tour import Tour, tour_of
from app.wiring import Running, open_agent
from channels.terminal import Terminal, converse, visible

ReadLine = Callable[[], Awaitable[str | None]]
PROMPT = "您 › "


async def talk(settings: Settings, customer: str | None) -> int:
    """Answer typed lines, or those piped in, until they end."""
    async with open_agent(settings) as running:
        console = Console(highlight=False)
        _hello(console, running, customer, tour_of(settings.brand))
        desk = Counter(running.agent, running.payments, customer)
        read = _typed() if sys.stdin.isatty() else _echoed(console, sys.stdin.readline)
        await converse(_terminal(console, settings, running), desk, read)
    return 0


async def try_it(settings: Settings) -> int:
    """The demo: a chat as a customer of the demo brand, or its tour where nobody can type."""
    tour = tour_of(settings.brand)
    settings = await _with_ollama_if_wanted(settings)
    if sys.stdin.isatty():
        return await talk(settings, tour.customer)
    lines = iter([line for line in sys.stdin.read().splitlines() if line.strip()] or tour.turns)
    async with open_agent(settings) as running:
        console = Console(highlight=False)
        _hello(console, running, tour.customer, tour)
        desk = Counter(running.agent, running.payments, tour.customer)
        read = _echoed(console, lambda: f"{line}\n" if (line := next(lines, None)) else "")
        await converse(_terminal(console, settings, running), desk, read)
    return 0


def _terminal(console: Console, settings: Settings, running: Running) -> Terminal:
    name = running.agent.brand.agent_name
    return Terminal(console, settings.brand, name, settings.terminal_program)


def _typed() -> ReadLine:
    """Lines from the keyboard, with editing and history; Ctrl-D or Ctrl-C leaves."""
    session: PromptSession[str] = PromptSession()

    async def read() -> str | None:
        try:
            return await session.prompt_async(PROMPT)
        except (EOFError, KeyboardInterrupt):
            return None

    return read


def _echoed(console: Console, next_line: Callable[[], str]) -> ReadLine:
    """Lines from a file or a list, shown as if they had been typed."""

    async def read() -> str | None:
        line = await asyncio.to_thread(next_line)
        if not line:
            return None
        shown = visible(line.rstrip("\n"))
        console.print(f"\n{PROMPT}{shown[:300]}", style="bold", markup=False)
        return line

    return read


def _hello(console: Console, running: Running, customer: str | None, tour: Tour) -> None:
    """The first screen: who answers, who you are, what to try."""
    brand = running.agent.brand
    console.rule(f"{brand.name} · {brand.agent_name}", style="magenta")
    console.print(
        f"{running.agent.model.spec} · knowledge v{running.knowledge.version} · "
        f"{'已登录 signed in: ' + customer if customer else '未登录 not signed in'}",
        style="dim",
        markup=False,
    )
    if tour.turns:
        console.print("试试看 · things to try:", style="dim")
        for text in tour.turns:
            console.print(f"  {text}", style="cyan", markup=False)
    console.print("/help 更多命令 · more commands    Ctrl-D 离开 · leave", style="dim")
    console.print(f"\n{brand.agent_name}  {brand.greeting}", style="magenta", markup=False)


async def _with_ollama_if_wanted(settings: Settings) -> Settings:
    """Offer a Qwen that Ollama has already, before a model is downloaded."""
    cached = any(row.cached for row in known_models(settings.cache_dir))
    if settings.model != "embedded" or cached:
        return settings
    names = await ollama_qwen_models(settings.ollama_url)
    if not names:
        return settings
    if sys.stdin.isatty():
        answer = await PromptSession[str]().prompt_async(
            f"Ollama 里已有 {names[0]}，直接用它吗？(use it, or download 1.1 GB) [Y/n] "
        )
        if answer.strip().lower().startswith("n"):
            return settings
    return settings.model_copy(update={"model": f"ollama:{names[0]}"})
