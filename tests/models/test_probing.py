"""Reading the state of a model: what is asked of the server, and what if it cannot be had."""

import json
from pathlib import Path

import numpy as np
import pytest

from agent.model_files import DEFAULT_MODEL
from agent.probing import PROBES, Probe, Probing, read_probe
from agent.prompts import answer_digest
from tests.models.conftest import ask
from tests.models.fake_server import Act, answers, served, talks_nonsense

PROBE = Probe((5, 9), np.array([[0.5, -0.5], [2.0, -1.0]]), 0.25)
ASKED = ask("能退吗", probe='"答案":"')
WRITTEN = '{"资料":[2],"答案":"写明"}'


def server_says(first: float, second: float) -> Act:
    top = [{"id": 9, "token": "b", "prob": second}, {"id": 5, "token": "a", "prob": first}]
    told = {"prompt": "系统…", "completion_probabilities": [{"id": 5, "top_probs": top}]}
    return answers(200, json.dumps(told))


def test_only_differences_between_tokens_count() -> None:
    start, verdict = {5: -2.0, 9: 2.0}, {5: -1.0, 9: -3.0}
    expected = 0.5 * -2.0 - 0.5 * 2.0 + 2.0 * 1.0 - 1.0 * -1.0 + 0.25
    assert PROBE.log_odds(start, verdict) == pytest.approx(expected)
    lifted = {token: p + 4 for token, p in verdict.items()}
    assert PROBE.log_odds(start, lifted) == pytest.approx(expected)


def test_a_probe_belongs_to_one_model(tmp_path: Path) -> None:
    kept = {"tokens": [5, 9], "weights": [[0.5, -0.5], [2.0, -1.0]], "bias": 0.25}
    (tmp_path / "qwen.json").write_text(json.dumps(kept))
    probe = read_probe("qwen", tmp_path)
    assert probe is not None
    assert probe.log_odds({5: -2.0, 9: -2.0}, {5: -1.0, 9: -3.0}) == pytest.approx(3.25)
    assert read_probe("llama", tmp_path) is None


def test_a_probe_of_an_older_form_says_how_to_make_it_anew(tmp_path: Path) -> None:
    kept = {"tokens": [5, 9], "weights": [2.0, -1.0], "bias": 0.25}
    (tmp_path / "qwen.json").write_text(json.dumps(kept))
    with pytest.raises(ValueError, match=r"fit_probe\.py --write --model qwen"):
        read_probe("qwen", tmp_path)


def test_the_default_model_has_one_that_was_fitted_with_the_prompts_of_today() -> None:
    assert read_probe(DEFAULT_MODEL) is not None
    kept = json.loads((PROBES / f"{DEFAULT_MODEL}.json").read_text("utf-8"))
    assert kept["prompts"] == {name: answer_digest(name) for name in ("zh", "en")}


async def test_the_state_is_asked_for_at_the_start_and_before_the_verdict() -> None:
    async with served("openai", server_says(0.5, 0.25)) as server:
        probing = Probing(server.url.removesuffix("/v1"), "key-1", PROBE)
        odds = await probing.log_odds(ASKED, WRITTEN)
    assert odds == pytest.approx(2.0 * np.log(2) + 0.25, abs=0.001)
    templated, completed, _, at_start = server.asked
    assert [one["role"] for one in templated["messages"]] == ["system", "user"]
    assert completed["prompt"] == '系统…{"资料":[2],"答案":"'
    assert at_start["prompt"] == "系统…"
    assert completed["n_predict"] == at_start["n_predict"] == 1
    assert [token for token, _ in completed["logit_bias"]] == [5, 9]
    assert all("authorization: bearer key-1" in head.lower() for head in server.headers)


async def test_where_the_answer_never_comes_to_that_nothing_is_asked() -> None:
    async with served("openai", server_says(0.5, 0.25)) as server:
        probing = Probing(server.url.removesuffix("/v1"), "key-1", PROBE)
        assert await probing.log_odds(ASKED, '{"资料":[2]}') is None
    assert server.asked == []


@pytest.mark.parametrize(
    "act",
    [
        answers(500, "{}"),
        answers(200, "nonsense"),
        answers(200, "[]"),
        answers(200, '{"prompt": "x"}'),
        answers(200, '{"prompt": "x", "completion_probabilities": []}'),
        answers(200, '{"prompt": "x", "completion_probabilities": [{"top_probs": []}]}'),
        talks_nonsense,
    ],
)
async def test_a_server_that_does_not_tell_costs_only_the_probe(act: Act) -> None:
    async with served("openai", act) as server:
        probing = Probing(server.url.removesuffix("/v1"), "key-1", PROBE)
        assert await probing.log_odds(ASKED, WRITTEN) is None
    assert await probing.log_odds(ASKED, WRITTEN) is None
