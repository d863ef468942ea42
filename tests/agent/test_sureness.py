"""The verdict on the evidence, and how sure it is."""

from dataclasses import replace

import pytest

from agent.answer import judged
from agent.evidence import Line, is_latin
from agent.model import Completion, ModelDownError, Token
from agent.sureness import ANSWERS_FROM, Signs, needed_after
from tools.artifacts import EvidenceHit

HIT = EvidenceHit(
    id="1",
    source="a.md",
    heading=(),
    text="七天内可退。",
    passage_kind="text",
    sku=None,
    score=1.0,
    similarity=0.9,
    word_rank=1,
    vector_rank=1,
)
LINES = tuple(Line(number, "七天内可退。", "七天内可退。", HIT) for number in (1, 2, 3))
SIGNS = Signs(odds=2.0, lacking=0.0, similarity=0.9, nearness=0.95)


def completion(text, *tokens):
    return Completion(text, "stop", 0, 0, 0.0, 0.0, tokens=tokens)


def test_the_odds_are_read_where_the_verdict_stands():
    tokens = (
        Token('{"资料":[', {"有": -9.0}),
        Token('2],"答案":"', {}),
        Token("写", {"写": -0.5, "没": -1.75, "是": -3.0}),
        Token("明", {"明": -0.1}),
        Token('"}', {}),
    )
    verdict = judged(completion('{"资料":[2],"答案":"写明"}', *tokens), LINES, "zh")
    assert [line.number for line in verdict.lines] == [2]
    assert verdict.odds == pytest.approx(1.25)


def test_a_word_that_is_not_among_the_likeliest_is_less_likely_than_they_are():
    tokens = (
        Token('{"lines":[1],"answer":"', {}),
        Token("missing", {"missing": -0.1, "absent": -2}),
    )
    assert judged(completion('{"lines":[1],"answer":"missing"}', *tokens), LINES, "en").odds < -2


def test_without_probabilities_the_plain_word_counts():
    yes = judged(completion('{"lines":[3,1],"answer":"stated"}'), LINES, "en")
    no = judged(completion('{"lines":[3,1],"answer":"missing"}'), LINES, "en")
    assert [line.number for line in yes.lines] == [3, 1]
    assert yes.odds == -no.odds > 0


@pytest.mark.parametrize("text", ["", "[1]", '{"lines":[1]}', '{"answer":"stated"}'])
def test_another_form_is_a_fault_of_the_model(text):
    with pytest.raises(ModelDownError):
        judged(completion(text), LINES, "en")


@pytest.mark.parametrize("worse", [{"odds": -2.0}, {"similarity": 0.85}, {"nearness": 0.85}])
def test_every_sign_counts(worse):
    assert replace(SIGNS, **worse).sureness(foreign=False) < SIGNS.sureness(foreign=False)


@pytest.mark.parametrize("worse", [{"probe": -2.0}, {"similarity": 0.85}, {"nearness": 0.85}])
def test_what_the_state_of_the_model_tells_counts_instead_of_its_word(worse):
    probed = replace(SIGNS, probe=2.0)
    assert replace(probed, **worse).sureness(foreign=False) < probed.sureness(foreign=False)
    assert replace(probed, odds=-4.0).sureness(foreign=False) == probed.sureness(foreign=False)


@pytest.mark.parametrize("worse", [{"odds": -2.0}, {"lacking": 2.0}])
def test_without_measured_nearness_the_words_count(worse):
    plain = replace(SIGNS, nearness=None, similarity=0.4)
    assert replace(plain, **worse).sureness(foreign=False) < plain.sureness(foreign=False)
    assert plain.sureness(foreign=False) > ANSWERS_FROM


def test_less_nearness_is_expected_between_two_languages():
    assert SIGNS.sureness(foreign=True) > SIGNS.sureness(foreign=False)


def test_the_less_sure_the_first_look_the_surer_the_second_must_be():
    needed = [needed_after(first, probed=True) for first in (0.1, 0.2, 0.3, 0.4)]
    assert needed == sorted(needed, reverse=True)
    assert 0.86 < needed[0] < 0.9
    assert 0.5 < needed[-1] < 0.6
    assert {needed_after(first, probed=False) for first in (0.1, 0.6)} == {0.5}


def test_less_similarity_is_expected_where_there_are_no_han_characters():
    probed = replace(SIGNS, probe=2.0)
    latin = replace(probed, latin=True)
    assert latin.sureness(foreign=False) > probed.sureness(foreign=False)


@pytest.mark.parametrize(
    ("question", "text", "latin"),
    [
        ("七天内可以退吗", "七天内可退。", False),
        ("can I return it", "七天内可退。", True),
        ("七天内可以退吗", "Return it within seven days.", True),
        ("can I return it", "Return it within seven days.", True),
    ],
)
def test_a_question_or_passages_without_han_characters_are_latin(question, text, latin):
    assert is_latin(question, [HIT.model_copy(update={"text": text})]) is latin
