"""Every row of `make chaos` in small."""

from pathlib import Path

import pytest

from tests.chaos import builds, bursts, malformed, polling, wechat_storm
from tests.chaos.kills import Plan, killed
from tests.chaos.outages import postgres_restarted, together, valkey_killed
from tests.chaos.stage import Ground

LIMIT_SECONDS = 240.0


async def test_kills_of_one_process_lose_and_double_nothing(tmp_path: Path):
    plan = Plan(conversations=15, at_random=4, each_point=0, seconds=LIMIT_SECONDS)
    assert (await killed(tmp_path, plan, Ground(), "1")).faults == []


async def test_kills_among_three_processes_lose_and_double_nothing(tmp_path: Path):
    plan = Plan(conversations=15, at_random=4, each_point=0, seconds=LIMIT_SECONDS)
    line = await together(2, lambda ground: killed(tmp_path, plan, ground, "1"))
    assert line.faults == []


@pytest.mark.parametrize("away", [valkey_killed, postgres_restarted])
async def test_a_server_that_goes_away_takes_nothing_with_it(tmp_path: Path, away):
    assert (await away(tmp_path, 2, rate=6.0, pause=(1.0, 3.0))).faults == []


async def test_fragments_are_read_in_order_also_while_processes_stand_still(tmp_path: Path):
    plan = bursts.Plan(bursts=25, sleeps=2, seconds=LIMIT_SECONDS)
    line = await together(3, lambda ground: bursts.in_fragments(tmp_path, plan, ground))
    assert line.faults == []


async def test_doubled_and_shuffled_updates_are_each_heard_once(tmp_path: Path):
    plan = polling.Plan(messages=120, restarts=1, takeovers=0)
    assert (await polling.shuffled(tmp_path, plan, Ground())).faults == []


async def test_a_storm_of_calls_is_acknowledged_while_the_model_hangs(tmp_path: Path):
    plan = wechat_storm.Plan(seconds=3, hang_seconds=4)
    line = await wechat_storm.stormed(tmp_path, plan)
    # How quickly is for a machine that does nothing else.
    assert [fault for fault in line.faults if not fault.startswith("acknowledged after")] == []


async def test_no_forged_or_malformed_request_is_let_in_or_breaks_anything(tmp_path: Path):
    assert (await malformed.refused(tmp_path, requests=500, large=14)).faults == []


async def test_a_killed_build_leaves_the_old_version_whole_and_in_use(tmp_path: Path):
    assert (await builds.killed_builds(tmp_path, kills=4)).faults == []
