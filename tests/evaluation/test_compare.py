"""Two reports side by side, and the chance that the difference is none."""

import json

import pytest

from evaluation.compare import CompareError, compared, mcnemar, read_report


@pytest.mark.parametrize(
    ("better", "worse", "p_value"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (5, 0, 0.0625),  # 2 * (1/2)^5
        (1, 7, 0.0703125),  # 2 * (1 + 8) / 256
        (3, 3, 1.0),
        (10, 2, 158 / 4096),  # 2 * (1 + 12 + 66) / 2^12
    ],
)
def test_mcnemar_is_the_two_sided_binomial_of_the_discordant_pairs(better, worse, p_value):
    assert mcnemar(better, worse) == pytest.approx(p_value)
    assert mcnemar(worse, better) == mcnemar(better, worse)


def report(**rights):
    results = [
        {
            "id": name,
            "run": 1,
            "right": right,
            "turns": [{"user": f"{name}?", "faults": [] if right else ["refuses"]}],
        }
        for name, right in rights.items()
    ]
    accuracy = sum(rights.values()) / len(rights)
    return {"brand": "b", "case_accuracy": accuracy, "refusal": {"recall": 1}, "results": results}


def test_only_cases_in_both_are_paired():
    found = compared(report(a=True, b=False, c=True), report(a=False, b=True, d=True))
    assert found.paired == 2
    assert [(c.id, c.users, c.faults) for c in found.better] == [("b", ("b?",), ("refuses",))]
    assert [(c.id, c.users, c.faults) for c in found.worse] == [("a", ("a?",), ("refuses",))]
    assert found.figures["refusal.recall"] == (1, 1)
    assert found.p_value == 1.0


@pytest.mark.parametrize("text", [None, "{", "[]", '{"results": [1]}', '{"results": 3}'])
def test_a_missing_or_foreign_file_is_named(text, tmp_path):
    path = tmp_path / "report.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(CompareError, match=r"report\.json"):
        read_report(path)


def test_a_report_is_read_back(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report(a=True)))
    assert read_report(path) == report(a=True)
