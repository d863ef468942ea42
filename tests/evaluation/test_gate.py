"""A gate names what was missed, and is checked before anything runs."""

import pytest

from evaluation.gate import GateError, load_gate
from evaluation.report import report_of
from evaluation.results import CaseResult

FILES = frozenset({"held.jsonl"})


@pytest.fixture
def gate(tmp_path):
    def make(text):
        path = tmp_path / "gate.toml"
        path.write_text(text, encoding="utf-8")
        return load_gate(path, FILES)

    return make


@pytest.fixture
def half_right():
    results = [
        CaseResult(
            id=name, run=1, fingerprint="f", tags=(), right=name == "a", crashed=False, turns=(),
            brand="b", file="held.jsonl",
        )
        for name in "ab"
    ]  # fmt: skip
    return report_of(results, model="m", brand="b")


def test_missed_bounds_are_told_with_figure_and_bound(gate, half_right):
    bounds = gate(
        '[min]\ncase_accuracy = 0.5\n"refusal.recall" = 0.9\npass_k.1 = 0.6\n'
        '[max]\nunsupported_facts = 0\n[file."held.jsonl".min]\ncase_accuracy = 0.75\n'
    )
    assert [line for bound in bounds if (line := bound.missed(half_right))] == [
        "refusal.recall: nothing was measured, expected at least 0.9",
        "pass_k.1: 0.5, expected at least 0.6",
        "case_accuracy in held.jsonl: 0.5, expected at least 0.75",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[min]\ncharm = 1", "charm"),
        ("[mid]\ncase_accuracy = 1", "mid"),
        ('[min]\ncase_accuracy = "much"', "much"),
        ('[file."no.jsonl".min]\ncase_accuracy = 1', r"no\.jsonl"),
        ("min = 3", "table"),
        ("[min", "gate.toml"),
        ("", "no bound"),
    ],
)
def test_a_mistake_in_a_gate_is_told(gate, text, words):
    with pytest.raises(GateError, match=words):
        gate(text)
