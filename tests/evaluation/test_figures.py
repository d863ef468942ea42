"""Figures that are counted by hand, and a model asked with a seed."""

import pytest

from agent.model import Message, Request
from agent.scripted import ScriptedModel
from evaluation.confidence import risk_coverage
from evaluation.figures import flat, known
from evaluation.metrics import figures_of
from evaluation.results import CaseResult, TurnResult
from evaluation.sampling import SampledModel


def turn(reply, right, sureness, **fields):
    note = {"purpose": "evidence", "sureness": sureness}
    return TurnResult(user="?", right=right, faults=(), reply=reply, model_calls=(note,), **fields)


def test_the_surest_answers_come_first_and_equals_together(reply):
    turns = [
        turn(reply(), True, 0.9),
        turn(reply(), False, 0.2),
        turn(reply(), True, 0.5),
        turn(reply(), False, 0.5),
        turn(reply(refused=True), False, 0.8),
        turn(reply(), False, None),
    ]
    assert risk_coverage(turns) == ((0.25, 0.0), (0.75, 1 / 3), (1.0, 0.5))


def test_cold_turns_take_no_part_in_times_but_in_all_else(reply):
    slow = {"first_token_ms": 9000, "total_ms": 9000, "model_ms": 1, "own_ms": 1}
    turns = (
        turn(reply(timings=slow), True, None, cold=True, source_found=True),
        turn(reply(), True, None, source_found=False, disclosed=True),
    )
    made = CaseResult(
        id="a", run=1, fingerprint="f", tags=(), right=True, crashed=False, turns=turns
    )
    figures = figures_of([made])
    assert (figures["latency_ms"]["p95"], figures["retrieval"]) == (200, 0.5)
    assert (figures["wrong_disclosures"], figures["turns"]) == (1, 2)


def test_figures_are_known_by_their_dotted_names():
    assert flat({"a": 1, "b": {"c": None}, "model": "m", "interrupted": False}) == {
        "a": 1,
        "b.c": None,
    }
    assert known("refusal.answerable_refused")
    assert known("pass_k.3")
    assert not known("refusal")


@pytest.mark.parametrize("seed", [0, 7])
async def test_a_sampled_model_is_asked_with_its_temperature_and_seed(seed):
    model = ScriptedModel(["好"])
    await SampledModel(model, 0.7, seed).complete(Request((Message("user", "?"),), 5))
    assert (model.requests[0].temperature, model.requests[0].seed) == (0.7, seed)
