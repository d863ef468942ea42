"""Three processes over PostgreSQL and Valkey; one is stopped past its lease, one is killed."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from app.schema import upgrade
from tests.brands.small_brand import write_brand
from tests.delivery.checker import faults
from tests.delivery.conftest import emptied
from tests.delivery.fakes import Provider, eventually
from tests.delivery.process import Orders, database_of, settled, start

CHATS, BURST = 6, 5


@pytest.fixture
async def crowd(processes, tmp_path: Path, postgres_address, valkey_address):
    """An empty database, a provider, and three workers."""
    orders = Orders(tmp_path, postgres_address, valkey_address, model_seconds=0.05)
    write_brand(tmp_path / "lamps")
    database = database_of(orders)
    await upgrade(database)
    await emptied(database)
    workers = [start(processes, orders) for _ in range(3)]
    yield database, Provider(tmp_path), workers
    for worker in workers:
        worker.kill()
        worker.join()
    await database.engine.dispose()


async def test_bursts_are_read_in_order_by_whoever_is_there(crowd):
    database, provider, workers = crowd
    for number in range(4):
        _bursts(provider, number)
        if number == 1:
            await _sleeps_past_its_lease(workers[0].pid)
        elif number == 2:
            workers[1].kill()
        else:
            await settled(database, len(provider.written))
    record = await settled(database, len(provider.written))
    assert faults(provider, record, repeatable=False) == []
    assert len(record.conversations) == CHATS
    await _leaves_in_peace(workers)


def _bursts(provider: Provider, number: int) -> None:
    for place in range(BURST):
        for chat in range(CHATS):
            provider.write(f"chat-{chat}", f"{number} {place}")


async def _sleeps_past_its_lease(pid: int) -> None:
    await asyncio.sleep(0.1)
    os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(2.0)
    os.kill(pid, signal.SIGCONT)


async def _leaves_in_peace(workers) -> None:
    """Asked to end, a process ends by itself."""
    left = [worker for worker in workers if worker.is_alive()]
    for worker in left:
        os.kill(worker.pid, signal.SIGTERM)

    async def gone() -> bool:
        return not any(worker.is_alive() for worker in left)

    await eventually(gone)
    assert [worker.exitcode for worker in left] == [0, 0]
