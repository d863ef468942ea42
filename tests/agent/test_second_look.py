"""A question that seems unanswered is asked once more, in the words of documents."""

import pytest

from agent.model import ModelDownError
from agent.restate import restate_request, restated
from tests.agent.conftest import calls, points_at

DOUBT = points_at(1, answered=False)
ANGRY = "退货邮费还要我自己掏吗,真烦"


async def test_what_was_asked_in_anger_is_answered_in_plain_words(talk):
    plain = "问题：退货运费由谁承担？"
    reply = await talk.say(ANGRY, calls("search_knowledge"), DOUBT, plain, points_at(1))
    assert not reply.refused
    assert "运费由顾客承担" in reply.text
    assert reply.citations
    assert talk.knowledge.queries[-1] == "退货运费由谁承担？"
    # To whoever reads the reply it is one search.
    assert [call.tool for call in reply.calls] == ["search_knowledge"]


async def test_what_stays_unanswered_is_refused(talk):
    reply = await talk.say(ANGRY, calls("search_knowledge"), DOUBT, "问题：退货收费吗？", DOUBT)
    assert reply.refused


@pytest.mark.parametrize("words", ["", "Who pays?", ANGRY, "退货运费是10元吗？", "退货" * 60])
async def test_words_that_are_no_other_wording_are_not_searched_for(talk, words):
    reply = await talk.say(ANGRY, calls("search_knowledge"), DOUBT, words)
    assert reply.refused
    assert len(set(talk.knowledge.queries)) == 1


async def test_a_model_that_fails_meanwhile_leaves_an_honest_refusal(talk):
    down = ModelDownError("gone")
    reply = await talk.say(ANGRY, calls("search_knowledge"), DOUBT, down)
    assert reply.refused


async def test_a_sure_answer_needs_no_second_look(talk):
    await talk.say("退货运费谁出", calls("search_knowledge"), points_at(1))
    assert len(talk.model.requests) == 2


@pytest.mark.parametrize(
    ("said", "asked", "language", "taken"),
    [
        ("咋退", "问题：如何退货？", "zh", "如何退货？"),
        ("咋退", "如何退货？\n\n顾客：还有呢", "zh", "如何退货？"),
        ("咋退", "顾客：如何退货？", "zh", "如何退货？"),
        ("咋退", "How do I return it?", "zh", ""),
        ("满59包邮不", "满59元是否包邮？", "zh", "满59元是否包邮？"),
        ("满59包邮不", "满99元是否包邮？", "zh", ""),
        ("u ship there?", "Question: Do you ship there?", "en", "Do you ship there?"),
        ("N1能无线充不", "N1是否支持无线充电？", "zh", "N1是否支持无线充电？"),
        ("咋退", "问题：", "zh", ""),
        ("Which gas is in it", "which gas is in it?", "en", ""),
        ("dead 3 days, do i get owt back", "Do I get something back?", "en", ""),
    ],
)
def test_only_another_wording_of_the_same_question_is_taken(said, asked, language, taken):
    assert restated(asked, said, language) == taken


def test_the_model_sees_the_question_as_the_examples_show_it(talk):
    request = restate_request(talk.agent.prompts, "咋退")
    assert request.messages[0].text.count("顾客：") == request.messages[0].text.count("问题：") > 4
    assert request.messages[1].text == "顾客：咋退"
