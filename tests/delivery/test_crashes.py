"""Processes killed at every named point: nothing is lost, nothing happens twice."""

import asyncio
from dataclasses import replace
from pathlib import Path

from agent.checkpoint import POINTS, Point
from app.schema import upgrade
from tests.brands.small_brand import write_brand
from tests.delivery.checker import Record, faults
from tests.delivery.fakes import Provider
from tests.delivery.process import Orders, database_of, settled, start

TALK = ("LA20261101001到哪了", "买两个L-1", "确认", "几天内可以退货")


async def talked(provider: Provider, database, chats: int) -> Record:
    """The customers say their lines, each after the answer to the last one."""
    for number, text in enumerate(TALK, start=1):
        for chat in range(chats):
            provider.write(f"chat-{chat}", text)
        await settled(database, number * chats)
    return await Record.of(database)


async def killed_at(processes, orders: Orders) -> list[str]:
    """What went wrong when a process is killed there and another one goes on."""
    orders.folder.mkdir()
    write_brand(orders.folder / "lamps")
    provider, database = Provider(orders.folder), database_of(orders)
    await upgrade(database)
    doomed = start(processes, orders)
    talking = asyncio.create_task(talked(provider, database, chats=2))
    await asyncio.to_thread(doomed.join, 60)
    heir = start(processes, replace(orders, kill=None))
    try:
        record = await talking
        assert doomed.exitcode == -9
        return faults(provider, record, repeatable=orders.repeatable)
    finally:
        heir.kill()
        heir.join()
        await database.engine.dispose()


async def test_a_process_killed_at_any_point_loses_and_doubles_nothing(processes, tmp_path: Path):
    room = asyncio.Semaphore(5)

    async def tried(number: int, point: Point) -> tuple[Point, list[str]]:
        changing = point.startswith("effect")
        orders = Orders(tmp_path / str(number), kill=(point, 0 if changing else 3))
        async with room:
            return point, await killed_at(processes, orders)

    found = await asyncio.gather(*(tried(number, point) for number, point in enumerate(POINTS)))
    assert [one for one in found if one[1]] == []
