"""Thoughts are taken out however the stream is cut into pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.thoughts import ThoughtFilter, spoken, without_leading_thought


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("您好", "您好"),
        ("<think>嗯</think>您好", "您好"),
        ("<think>\n\n</think>\n\n您好", "您好"),
        ("您<think>嗯</think>好<think>嗯</think>", "您好"),
        ("<think>没有结尾", ""),
        ("开头在模板里</think>您好", "您好"),
        ("3 < 5 且 <thin", "3 < 5 且 <thin"),
        ("", ""),
    ],
)
def test_only_what_is_said_remains(text: str, expected: str) -> None:
    assert spoken(text) == expected


def test_a_mark_inside_json_is_a_customers_word() -> None:
    text = '{"query": "<think>是什么</think>"}'
    assert without_leading_thought(f"<think>嗯</think>\n{text}") == text
    assert without_leading_thought(text) == text


@given(
    st.lists(st.sampled_from(["<think>", "</think>", "<", "think", ">", "您好", "/", " "])),
    st.data(),
)
def test_the_pieces_do_not_matter(words: list[str], data: st.DataObject) -> None:
    text = "".join(words)
    whole, pieces = ThoughtFilter(), ThoughtFilter()
    expected = whole.feed(text) + whole.rest()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)))))
    shown = [
        pieces.feed(text[start:end])
        for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)
    ]
    assert "".join(shown) + pieces.rest() == expected
    assert "<think>" not in expected
