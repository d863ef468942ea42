"""The figures, against hand counts and brute force."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.metrics import pass_hat_k, percentile
from evaluation.report import report_of
from evaluation.results import CaseResult, TurnResult


def result(case_id, run=1, right=True, turns=(), tags=(), crashed=False):
    return CaseResult(
        id=case_id, run=run, fingerprint="f", tags=tags, right=right, crashed=crashed, turns=turns
    )


def turn(reply, right=True, **fields):
    return TurnResult(user="问", right=right, faults=() if right else ("x",), reply=reply, **fields)


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=6), min_size=1, max_size=4))
def test_pass_hat_k_is_the_share_of_k_runs_that_are_all_right(cases):
    results = [
        result(str(case), run, right)
        for case, rights in enumerate(cases)
        for run, right in enumerate(rights, 1)
    ]
    expected = {}
    for k in range(1, max(map(len, cases)) + 1):
        chances = [
            sum(map(all, draws)) / len(draws)
            for rights in cases
            if (draws := list(combinations(rights, k)))
        ]
        expected[str(k)] = sum(chances) / len(chances)
    assert pass_hat_k(results) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("values", "per_cent", "expected"),
    [
        ([], 50, None),
        ([7], 95, 7),
        ([3, 1, 2], 50, 2),
        ([4, 1, 3, 2], 50, 2),
        (range(1, 101), 95, 95),
        (range(1, 21), 95, 19),
    ],
)
def test_percentiles_are_nearest_rank(values, per_cent, expected):
    assert percentile(values, per_cent) == expected


def test_precision_and_recall_count_only_turns_that_say_whether_to_refuse(reply):
    refused, answered = reply(refused=True), reply()
    turns = (
        turn(refused, expected_refusal=True),
        turn(refused, expected_refusal=True),
        turn(refused, expected_refusal=False),
        turn(answered, expected_refusal=True),
        turn(None, right=False, expected_refusal=True),
        turn(answered, expected_refusal=False),
        turn(refused),
    )
    report = report_of([result("a", turns=turns)], model="m", brand="b")
    assert report["refusal"] == {
        "precision": 0.6667,
        "recall": 0.5,
        "unanswerable_refused": 0.5,
        "answerable_refused": 0.5,
    }


def test_the_report_has_the_documented_keys_and_counts(reply):
    right = turn(reply(), calls_right=True, expected_handoff=False, unsupported=("168元", "3天"))
    wrong = turn(None, right=False, calls_right=False, expected_handoff=False)
    results = [
        result("a", 1, right=True, turns=(right,), tags=("order", "english")),
        result("a", 2, right=False, turns=(wrong,), tags=("order", "english"), crashed=True),
        result("b", 1, right=True, turns=(right, right)),
        result("b", 2, right=True, turns=(right, right)),
    ]
    report = report_of(results, model="m", brand="b")
    assert set(report) >= {
        *("model", "brand", "cases", "turns", "case_accuracy", "turn_accuracy", "pass_k"),
        *(
            "call_exact",
            "refusal",
            "unsupported_facts",
            "handoff_accuracy",
            "latency_ms",
            "results",
        ),
    }
    assert set(report["latency_ms"]) >= {"p50", "p95", "first_token_p50"}
    assert set(report["results"][0]) >= {"id", "right", "turns"}
    assert set(report["results"][0]["turns"][0]) >= {"right", "faults", "reply"}
    counted = {key: report[key] for key in ("cases", "turns", "runs", "case_accuracy", "crashed")}
    assert counted == {"cases": 2, "turns": 3, "runs": 2, "case_accuracy": 0.75, "crashed": 1}
    assert report["turn_accuracy"] == report["call_exact"] == report["handoff_accuracy"] == 0.8333
    assert report["unsupported_facts"] == 10
    assert report["pass_k"] == {"1": 0.75, "2": 0.5}
    assert report["by_tag"]["order"] == {"cases": 1, "case_accuracy": 0.5}
    assert report["by_tag"]["untagged"] == {"cases": 1, "case_accuracy": 1.0}
    assert report["latency_ms"]["p50"] == 200


def test_an_evaluation_of_nothing_reports_nothing():
    report = report_of([], model="m", brand="b", interrupted=True)
    assert (report["cases"], report["case_accuracy"], report["pass_k"]) == (0, None, {})
