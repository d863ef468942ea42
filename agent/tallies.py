"""Figures by conversation and turn, taken from the log as conversations change."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.database import Database
from agent.day_sums import days_of, grow_stale
from agent.delivery_tables import conversations
from agent.leases import SqlNotebook
from agent.lesson_tables import conversation_tallies, turn_tallies
from agent.log import events

PACE_MS = 250
_KINDS = ("message", "reply", "failed", "fault", "feedback", "handover", "paid", "operator")
_AT_ONCE = 200
# Transactions that began before the last look may have ended after it.
_OVERLAP = timedelta(seconds=30)
_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
TERMINAL = "terminal"
Body = dict[str, Any]


@dataclass(frozen=True)
class Tallies:
    """Keeps the tallies of a database in step with its log; `zones` has each brand's."""

    database: Database
    clock: Callable[[], datetime]
    zones: Mapping[str, tzinfo]

    async def catch_up(self, most: int = 5000) -> int:
        """Tally conversations that changed since the last time, the oldest first; how many."""
        notebook = SqlNotebook(self.database)
        kept = await notebook.get("", "tallied_until")
        since = datetime.fromisoformat(kept) if kept else _BEFORE_ALL
        done = 0
        while done < most:
            rows = await self._changed(since)
            for start in range(0, len(rows), _AT_ONCE):
                await self._tally(rows[start : start + _AT_ONCE])
            done += len(rows)
            if not rows:
                break
            since = rows[-1]["updated_at"]
        until = min(since, self.clock() - _OVERLAP)
        if not kept or until > datetime.fromisoformat(kept):
            await notebook.put("", "tallied_until", until.isoformat())
        return done

    async def catch_up_all(self) -> int:
        """Also those that came through no channel, such as chats in the terminal."""
        done = await self.catch_up(10_000_000)
        channelled = select(conversations.c.id)
        query = select(events.c.conversation).where(events.c.conversation.not_in(channelled))
        async with self.database.reading() as connection:
            ids = (await connection.scalars(query.distinct())).all()
        now = self.clock()
        rows = [
            {"id": one, "bot": TERMINAL, "brand": "", "updated_at": now, "operator": None}
            for one in ids
        ]
        for start in range(0, len(rows), _AT_ONCE):
            await self._tally([{**row, "state": "bot"} for row in rows[start : start + _AT_ONCE]])
        return done + len(rows)

    async def _changed(self, since: datetime) -> Sequence[Body]:
        """Some conversations that changed after then, and all that changed at the same moment."""
        c = conversations.c
        columns = (c.id, c.bot, c.brand, c.state, c.operator, c.updated_at)
        query = select(*columns).where(c.updated_at > since).order_by(c.updated_at)
        async with self.database.reading() as connection:
            found = await connection.execute(query.limit(_AT_ONCE * 5))
            rows = [dict(row) for row in found.mappings().all()]
            if rows:
                last = rows[-1]["updated_at"]
                same = select(*columns).where(c.updated_at == last)
                known = {row["id"] for row in rows}
                more = (await connection.execute(same)).mappings().all()
                rows += [dict(row) for row in more if row["id"] not in known]
        return rows

    async def _tally(self, rows: Sequence[Mapping[str, Any]]) -> None:
        ids = [row["id"] for row in rows]
        query = select(events.c.conversation, events.c.turn, events.c.kind, events.c.body).where(
            events.c.conversation.in_(ids), events.c.kind.in_(_KINDS)
        )
        ordered = query.order_by(events.c.conversation, events.c.seq)
        async with self.database.reading() as connection:
            found = (await connection.execute(ordered)).all()
        logs: dict[str, list[tuple[int, str, Body]]] = defaultdict(list)
        for conversation, turn, kind, body in found:
            logs[conversation].append((turn, kind, json.loads(body)))
        tallied = [self._of(row, logs[row["id"]]) for row in rows]
        async with self.database.writing() as connection:
            turns = [turn for _, turns in tallied for turn in turns]
            days = {whole["day"] for whole, _ in tallied if whole} | {one["day"] for one in turns}
            days |= await days_of(connection, ids)
            await grow_stale(connection, days, self.clock())
            await _replace(connection, ids, [whole for whole, _ in tallied if whole])
            if turns:
                await connection.execute(insert(turn_tallies), turns)

    def _of(
        self, row: Mapping[str, Any], log: Sequence[tuple[int, str, Body]]
    ) -> tuple[Body | None, list[Body]]:
        """The row of a conversation and those of its turns; nothing without a turn."""
        turns: dict[int, Body] = {}
        whole: Body = {"person": bool(row["operator"]), "reason": "", "links": 0, "paid": 0}
        whole["person"] |= row["state"] in {"waiting", "taken_over"}
        brand, day = row["brand"], ""
        for number, kind, body in log:
            if kind == "message":
                brand = brand or body["brand"]
                at = datetime.fromisoformat(body["now"])
                local = at.astimezone(self.zones.get(brand, UTC)).date().isoformat()
                day = day or local
                turns[number] = _turn(number, body["text"], at, local)
            _count(kind, body, whole, turns.get(number), turns)
        if not turns:
            return None, []
        shared = {"conversation": row["id"], "brand": brand, "bot": row["bot"]}
        about = {"day": day, "turns": len(turns), "updated_at": row["updated_at"]}
        return {**whole, **shared, **about}, [{**turn, **shared} for turn in turns.values()]


def _turn(number: int, question: str, at: datetime, day: str) -> Body:
    blank = {"refused": False, "failed": False, "model_errors": 0, "pace": -1, "thumb": 0}
    return {**blank, "turn": number, "question": question[:500], "at": at, "day": day}


def _count(
    kind: str, body: Body, whole: Body, turn: Body | None, turns: Mapping[int, Body]
) -> None:
    """Add an event to the conversation's row and to that of its turn."""
    match kind:
        case "handover":
            whole["person"] = True
            whole["reason"] = whole["reason"] or str(body.get("reason", ""))[:40]
        case "operator":
            whole["person"] |= body.get("act") != "close"
        case "paid":
            whole["paid"] += 1
        case "feedback":
            about = turns.get(body.get("about") or 0, turn)
            if about:
                about["thumb"] = 1 if body["value"] == "helpful" else -1
        case _:
            if turn:
                _count_turn(kind, body, whole, turn)


def _count_turn(kind: str, body: Body, whole: Body, turn: Body) -> None:
    match kind:
        case "reply":
            whole["links"] += body["payment"] is not None
            handoff = body["handoff"]
            whole["person"] |= handoff["requested"]
            whole["reason"] = whole["reason"] or (handoff["reason"] or "")[:40]
            turn["refused"] = body["refused"]
            turn["pace"] = body["timings"]["total_ms"] // PACE_MS
        case "failed":
            turn["failed"] = True
        case "fault":
            turn["model_errors"] += 1
        case _:
            pass


async def _replace(connection: AsyncConnection, ids: Iterable[str], wholes: Sequence[Body]) -> None:
    ids = list(ids)
    for table in (conversation_tallies, turn_tallies):
        await connection.execute(delete(table).where(table.c.conversation.in_(ids)))
    if wholes:
        await connection.execute(insert(conversation_tallies), wholes)
