"""`replay`: recorded conversations again, exactly, or as a what if with a diff."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from agent.log import Event
from agent.prompts import load_prompts
from agent.replay import ReplayedTurn, replay
from agent.replay_batches import Batch, ReplayBatches, Selection
from agent.tallies import Tallies
from agent.turn import Agent
from agent.what_if import Side, WhatIf, WhatIfTurn, what_if
from app.databases import open_database
from app.progress import shown_progress
from app.rehearsals import LiveRehearsals, replaying
from app.settings import Settings
from app.wiring import open_agent, open_record, real_time, recorded_agent
from console.lessons import Change
from knowledge.brand_folder import load_brand


async def replay_conversation(args: Namespace, settings: Settings) -> int:
    """Without options every reply must come out to the byte; with one that changes it, a diff."""
    if args.conversation is None:
        return await _replay_many(args, settings)
    async with open_record(settings) as log:
        events = await log.read(args.conversation)
        if events and not _changes(args):
            first = next(event for event in events if event.kind == "message")
            return await _exact(recorded_agent(Path(first.body["folder"]), log), events)
    if not events:
        raise ValueError(
            f"There is no conversation {args.conversation!r} in {settings.data_dir}; "
            "its id is shown by /id in a chat and in every reply object."
        )
    change = WhatIf(
        args.from_turn, _words(args.say), args.today, args.today, args.model is not None
    )
    async with open_agent(settings) as running:
        agent = running.agent
        if args.prompts:
            agent = replace(agent, prompts=load_prompts(agent.brand, args.prompts))
        turns = await what_if(agent, events, change, _show_difference)
    changed = sum(not turn.alike for turn in turns)
    print(f"{len(turns)} turns, {len(turns) - changed} alike, {changed} changed", file=sys.stderr)
    return 0


def _changes(args: Namespace) -> bool:
    return bool(
        args.model or args.brand or args.prompts or args.say or args.today or args.from_turn > 1
    )


def _words(said: Sequence[str]) -> dict[int, str]:
    """TURN=TEXT, as often as wanted."""
    words: dict[int, str] = {}
    for one in said:
        turn, between, text = one.partition("=")
        if not between or not turn.isdecimal():
            raise ValueError(f"--say {one!r}: expected TURN=TEXT, such as 2=多少钱")
        words[int(turn)] = text
    return words


async def _exact(agent: Agent, events: tuple[Event, ...]) -> int:
    turns = await replay(agent, events, seen=_show_exact)
    changed = sum(not turn.same for turn in turns)
    print(f"{len(turns)} turns, {changed} different", file=sys.stderr)
    return 1 if changed else 0


async def _replay_many(args: Namespace, settings: Settings) -> int:
    """A batch: a new one over what was selected, or going on with one that was stopped."""
    brand = load_brand(settings.brand)
    async with open_database(settings) as database:
        batches = ReplayBatches(database, real_time)
        number = args.resume
        if number is None:
            await Tallies(database, real_time, {brand.id: brand.timezone}).catch_up_all()
            days = args.day or ""
            chosen = Selection(
                brand=brand.id,
                first_day=days,
                last_day=days,
                refused=args.refused,
                words=args.words,
                limit=args.limit,
            )
            change = Change(
                exact=not (args.model or args.prompts or args.today),
                knowledge=args.today,
                shop=args.today,
                ask=args.model is not None,
            )
            ids = await batches.select(chosen)
            title = " ".join(sys.argv[1:])
            number = await batches.begin(ids, brand.id, title, change.as_json, "command line")
        else:
            await batches.resume(number)
        return await _run_batch(args, settings, batches, number)


async def _run_batch(
    args: Namespace, settings: Settings, batches: ReplayBatches, number: int
) -> int:
    found = await batches.find(number)
    if found is None:
        raise ValueError(f"There is no batch {number}.")
    async with open_agent(settings) as running:
        agent = running.agent
        if args.prompts:
            agent = replace(agent, prompts=load_prompts(agent.brand, args.prompts))
        own = {agent.brand.id: agent}
        rehearsals = LiveRehearsals(settings.model_copy(update={"replay_models": ""}), own)
        one = replaying(batches.database, rehearsals, None)
        with shown_progress() as bar:

            def show(batch: Batch) -> None:
                bar(batch.done, batch.total, "conversations")

            done = await batches.run(number, one, show)
    if done is None:
        return 1
    await _show_batch(batches, done)
    exact = bool(done.change.get("exact"))
    return 1 if exact and done.counts.get("unchanged", 0) < done.total else 0


async def _show_batch(batches: ReplayBatches, batch: Batch) -> None:
    for result in await batches.results(batch.number, limit=20):
        for turn in result.turns:
            if turn["outcome"] != "unchanged":
                print(f"{turn['outcome']}: {result.conversation} turn {turn['turn']}")
                print(f"  > {turn.get('said', '')}")
                print(f"  - {turn.get('before', '')}\n  + {turn.get('after', '')}")
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(batch.counts.items()))
    print(f"batch {batch.number}: {batch.done} of {batch.total} conversations, {counts}")


def _show_exact(turn: ReplayedTurn) -> None:
    if turn.after is not None:
        print(turn.after.model_dump_json())
    if not turn.same:
        print(f"turn differs: {turn.text!r}: {turn.trouble}", file=sys.stderr)


def _show_difference(turn: WhatIfTurn) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"> {turn.after.said}", style="bold", markup=False)
    for tool in turn.missing:
        console.print(f"! {tool}: not recorded; a replay does not do it", markup=False)
    for fault in turn.after.faults:
        console.print(f"! {fault}", style="red", markup=False)
    if turn.alike and turn.after.reply:
        console.print(f"  {turn.after.reply.text}", markup=False)
        return
    for mark, style, side in (("-", "red", turn.before), ("+", "green", turn.after)):
        console.print(f"{mark} {_line(side)}", style=style, markup=False)


def _line(side: Side) -> str:
    calls = ", ".join(f"{call.tool}{dict(call.args)}" for call in side.calls)
    return f"{side.reply.text if side.reply else ''}  [{calls}]"
