"""After a take-over is acknowledged the bot is silent, and nothing a customer wrote is missed."""

from agent.streams import MemoryStreams
from tests.console.takeovers import run_takeovers


async def test_the_bot_is_silent_from_the_acknowledgement_on_also_in_mid_turn(database, tmp_path):
    streams = MemoryStreams()
    found = await run_takeovers(database, tmp_path, [streams] * 3, 30)
    assert found.spoke_after == ()
    assert found.unseen == ()
    assert found.mid_turn > 3
    assert found.answered_by_person == found.taken == 30
