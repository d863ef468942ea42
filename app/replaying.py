"""`replay`: a recorded conversation again, exactly, or with other parts and a diff."""

import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from agent.log import Event
from agent.replay import ClosedShop, ReplayedTurn, replay
from agent.turn import Agent, Services
from app.settings import Settings
from app.wiring import open_agent, open_record, recorded_agent

REAL_STEPS = frozenset({"model", "tool", "standing", "spelling", "timings"})


async def replay_conversation(args: Namespace, settings: Settings) -> int:
    """Without options every reply must come out to the byte; with --model or --brand, compare."""
    async with open_record(settings) as log:
        events = await log.read(args.conversation)
        exact = args.model is None and args.brand is None
        if events and exact:
            first = next(event for event in events if event.kind == "message")
            return await _exact(recorded_agent(Path(first.body["folder"]), log), events)
    if not events:
        raise ValueError(
            f"There is no conversation {args.conversation!r} in {settings.data_dir}; "
            "its id is shown by /id in a chat and in every reply object."
        )
    async with open_agent(settings) as running:
        shop = ClosedShop()
        services = Services(shop, shop, running.agent.services.knowledge)
        turns = await replay(
            replace(running.agent, services=services), events, REAL_STEPS, _show_difference
        )
    changed = sum(not turn.alike for turn in turns)
    print(f"{len(turns)} turns, {len(turns) - changed} alike, {changed} changed", file=sys.stderr)
    return 0


async def _exact(agent: Agent, events: tuple[Event, ...]) -> int:
    turns = await replay(agent, events, seen=_show_exact)
    changed = sum(not turn.same for turn in turns)
    print(f"{len(turns)} turns, {changed} different", file=sys.stderr)
    return 1 if changed else 0


def _show_exact(turn: ReplayedTurn) -> None:
    if turn.after is not None:
        print(turn.after.model_dump_json())
    if not turn.same:
        print(f"turn differs: {turn.text!r}: {turn.trouble}", file=sys.stderr)


def _show_difference(turn: ReplayedTurn) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"> {turn.text}", style="bold", markup=False)
    if turn.after is None:
        console.print(f"! {turn.trouble}", style="red", markup=False)
    elif turn.alike:
        console.print(f"  {turn.after.text}", markup=False)
    else:
        for mark, style, reply in (("-", "red", turn.before), ("+", "green", turn.after)):
            calls = ", ".join(f"{call.tool}{call.args}" for call in reply.calls)
            console.print(f"{mark} {reply.text}  [{calls}]", style=style, markup=False)
