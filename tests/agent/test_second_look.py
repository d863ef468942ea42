"""A question that seems unanswered is asked once more, in the words of documents."""

import math
from dataclasses import dataclass, replace

import pytest

from agent.model import Completion, ModelDownError, OnText, Request
from agent.restate import restate_request, restated
from agent.sureness import Signs
from knowledge.passages import Found
from tests.agent.conftest import Script, calls, points_at
from tests.fakes import SmallKnowledge

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


@dataclass
class Probed:
    """The model within, whose state tells each time what it was told to tell of its answers."""

    inner: Script
    told: list[float]
    spec: str = "scripted:probed"

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        said = await self.inner.complete(request, on_text)
        return replace(said, probe=self.told.pop(0)) if request.probe else said

    async def close(self) -> None:
        pass


@dataclass
class Near(SmallKnowledge):
    """Knowledge that has measured how near it comes to what is asked."""

    async def search(self, query: str, limit: int = 5) -> Found:
        return replace(await super().search(query, limit), nearness=(("退货", 1.0),))


PLAIN = "问题：退货运费由谁承担？"


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        (-0.5, 0.4, False),  # one denies a little, the other is nearly as sure
        (-0.5, 0.2, True),
        (-2.0, 2.3, False),
        (-2.0, 0.6, True),
    ],
)
async def test_what_one_look_is_unsure_of_the_other_must_be_nearly_as_sure_of(
    talk, first, second, refused
):
    probed = talk.with_agent(
        model=Probed(talk.model, [_probe(first), _probe(second)]),
        services=replace(talk.agent.services, knowledge=Near(talk.knowledge.passages)),
    )
    reply = await probed.say("退货运费谁出", calls("search_knowledge"), DOUBT, PLAIN, points_at(1))
    assert reply.refused is refused


def _probe(log_odds: float) -> float:
    """What the probe must tell for these log-odds of an answer, all else being as in `Near`."""
    rest = Signs(odds=0.0, lacking=0.0, similarity=0.9, nearness=1.0, probe=0.0)
    one = replace(rest, probe=1.0)
    base, step = (math.log(p / (1 - p)) for p in (s.sureness(foreign=False) for s in (rest, one)))
    return (log_odds - base) / (step - base)


async def test_where_one_look_is_sure_there_is_no_second(talk):
    probed = talk.with_agent(
        model=Probed(talk.model, [_probe(0.0)]),
        services=replace(talk.agent.services, knowledge=Near(talk.knowledge.passages)),
    )
    assert not (await probed.say("退货运费谁出", calls("search_knowledge"), points_at(1))).refused
