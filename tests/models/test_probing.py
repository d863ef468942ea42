"""Reading the state of a model: what is asked of the server, and what if it cannot be had."""

import json
from pathlib import Path

import numpy as np
import pytest

from agent.answer import judge_request, judged
from agent.model import Request
from agent.model_files import DEFAULT_MODEL
from agent.probing import PROBES, Probe, Probing, read_probe
from agent.prompts import answer_digest, prompts_in
from tests.models.fake_server import Act, answers, served, talks_nonsense

WEIGHTS = np.array([2.0, -1.0])
PROBE = Probe(18, (5, 9), WEIGHTS, 0.25)
LINES = ("签收七天内可退。", "退货运费由买家承担。")


def asked() -> Request:
    return judge_request(prompts_in("zh"), "能退吗", LINES)


def server_says(first: float, second: float) -> Act:
    top = [{"id": 9, "token": "b", "prob": second}, {"id": 5, "token": "a", "prob": first}]
    told = {
        "prompt": "系统…",
        "completion_probabilities": [{"id": 5, "top_probs": top}],
        "tokens_evaluated": 321,
    }
    return answers(200, json.dumps(told))


def probing_of(url: str) -> Probing:
    return Probing(url.removesuffix("/v1"), "key-1", PROBE)


def test_only_differences_between_tokens_count() -> None:
    told = {5: -1.0, 9: -3.0}
    expected = 2.0 * 1.0 - 1.0 * -1.0 + 0.25
    assert PROBE.log_odds(PROBE.seen(told)) == pytest.approx(expected)
    lifted = {token: p + 4 for token, p in told.items()}
    assert PROBE.log_odds(PROBE.seen(lifted)) == pytest.approx(expected)


def test_a_probe_belongs_to_one_model(tmp_path: Path) -> None:
    kept = {
        "layers": 3,
        "tokens": [5, 9],
        "weights": WEIGHTS.tolist(),
        "bias": 0.25,
    }
    (tmp_path / "qwen.json").write_text(json.dumps(kept))
    probe = read_probe("qwen", tmp_path)
    assert probe is not None
    assert probe.layers == 3
    assert probe.log_odds(probe.seen({5: -1.0, 9: -3.0})) == pytest.approx(3.25)
    assert read_probe("llama", tmp_path) is None


def test_a_probe_of_an_older_form_says_how_to_make_it_anew(tmp_path: Path) -> None:
    kept = {"tokens": [5, 9], "weights": [WEIGHTS.tolist()] * 2, "bias": 0.25}
    (tmp_path / "qwen.json").write_text(json.dumps(kept))
    with pytest.raises(ValueError, match=r"fit_probe\.py --write --model qwen"):
        read_probe("qwen", tmp_path)


def test_the_default_model_has_one_that_was_fitted_with_the_prompts_of_today() -> None:
    assert read_probe(DEFAULT_MODEL) is not None
    kept = json.loads((PROBES / f"{DEFAULT_MODEL}.json").read_text("utf-8"))
    assert kept["prompts"] == {name: answer_digest(name) for name in ("zh", "en")}


async def test_the_state_is_asked_for_where_the_verdict_would_follow() -> None:
    async with served("openai", server_says(0.5, 0.25)) as server:
        done = await probing_of(server.url).judge(asked())
    assert done is not None
    assert done.probe == pytest.approx(1.5 * np.log(2) + 0.25, abs=0.001)
    assert (done.prompt_tokens, done.completion_tokens) == (321, 0)
    templated, completed = server.asked
    assert [one["role"] for one in templated["messages"]] == ["system", "user"]
    assert completed["prompt"] == '系统…{"答案":"'
    assert completed["n_predict"] == 1
    assert [token for token, _ in completed["logit_bias"]] == [5, 9]
    assert all("authorization: bearer key-1" in head.lower() for head in server.headers)


@pytest.mark.parametrize(("probabilities", "word"), [((0.5, 0.25), "写明"), ((0.25, 0.5), "没提")])
async def test_its_state_says_what_the_model_would_write(
    probabilities: tuple[float, float], word: str
) -> None:
    async with served("openai", server_says(*probabilities)) as server:
        done = await probing_of(server.url).judge(asked())
    assert done is not None
    assert json.loads(done.text) == {"资料": [], "答案": word}
    verdict = judged(done, (), "zh")
    assert (verdict.lines, verdict.probe) == ((), done.probe)


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
        probing = probing_of(server.url)
        assert await probing.judge(asked()) is None
    assert await probing.judge(asked()) is None
