"""Case files are read whole, or refused with one line that says where the mistake is."""

import pytest

from evaluation.cases import CaseError, load_cases

GOOD = '{"id": "a", "turns": [{"user": "在吗"}]}'


def test_cases_of_several_files_come_in_their_order(tmp_path, brand):
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_text("\ufeff" + GOOD + "\n\n" + GOOD.replace('"a"', '"b"') + "\r\n", encoding="utf-8")
    two.write_text(GOOD.replace('"a"', '"c"').replace("在吗", "a\u2028b"), encoding="utf-8")
    assert [case.id for case in load_cases([one, two], brand)] == ["a", "b", "c"]


def test_no_payment_and_nothing_said_about_payment_are_told_apart(tmp_path, brand):
    path = tmp_path / "cases.jsonl"
    turns = '[{"user": "1", "expect": {"payment": null}}, {"user": "2"}]'
    path.write_text(f'{{"id": "a", "turns": {turns}}}', encoding="utf-8")
    first, second = load_cases([path], brand)[0].turns
    assert (first.expect.judges_payment, second.expect.judges_payment) == (True, False)


BROKEN = [
    ("{", "cases.jsonl:2: line: Invalid JSON"),
    ("[]", "cases.jsonl:2: line: "),
    ('{"id": "b"}', "cases.jsonl:2: turns: Field required"),
    ('{"id": "b", "turns": []}', "cases.jsonl:2: turns: "),
    ('{"id": "", "turns": [{"user": "x"}]}', "cases.jsonl:2: id: "),
    (GOOD, "cases.jsonl:2: id: 'a' is used twice"),
    ('{"id": "b", "turns": [{"user": "x", "expects": {}}]}', "2: turns.0.expects: Extra"),
    ('{"id": "b", "turns": [{"user": "x", "expect": {"say": ["x"]}}]}', "turns.0.expect.say: "),
    (
        '{"id": "b", "turns": [{"user": "x", "expect": {"calls": [{"tool": "refund"}]}}]}',
        "turns.0.expect.calls.0.tool: Input should be",
    ),
    ('{"id": "b", "turns": [{"user": "x", "expect": {"says": ["。"]}}]}', "punctuation"),
    ('{"id": "b", "turns": [{"user": "x", "expect": {"refuses": "maybe"}}]}', "refuses: "),
    ('{"id": "b", "turns": [{"user": "x", "expect": {"images": ["Z"]}}]}', "images: 'Z' is no SKU"),
    ('{"id": "b", "turns": [{"user": "x", "expect": {"sources": ["z.md"]}}]}', "no file 'z.md'"),
]


@pytest.mark.parametrize(("line", "message"), BROKEN)
def test_a_mistake_is_named_with_file_and_line(line, message, tmp_path, brand):
    path = tmp_path / "cases.jsonl"
    path.write_text(f"{GOOD}\n{line}\n", encoding="utf-8")
    with pytest.raises(CaseError) as error:
        load_cases([path], brand)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_missing_binary_or_empty_is_named(tmp_path, brand):
    binary, empty = tmp_path / "binary.jsonl", tmp_path / "empty.jsonl"
    binary.write_bytes(b"\xff\xfe\x00")
    empty.write_text("\n")
    with pytest.raises(CaseError, match=r"missing\.jsonl: cannot be read: No such file"):
        load_cases([tmp_path / "missing.jsonl"], brand)
    with pytest.raises(CaseError, match=r"binary\.jsonl: cannot be read: not UTF-8"):
        load_cases([binary], brand)
    with pytest.raises(CaseError, match="hold no case"):
        load_cases([empty], brand)


def test_a_source_counts_as_possible_if_one_of_them_exists(tmp_path, brand):
    path = tmp_path / "cases.jsonl"
    expect = '{"sources": ["z.md", "knowledge/returns.md"]}'
    path.write_text(f'{{"id": "a", "turns": [{{"user": "1", "expect": {expect}}}]}}')
    assert load_cases([path], brand)[0].turns[0].expect.sources == ("z.md", "knowledge/returns.md")
