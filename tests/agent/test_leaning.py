"""A short message leans on the questions before it; one that names its matter stands alone."""

from dataclasses import dataclass, replace

import pytest

from agent.leaning import (
    LEANS,
    LEANS_WHOLLY,
    MAY_LEAN,
    behind,
    continued,
    discount,
    fact_search,
    keeps,
    leaning_search,
)
from agent.memory import Memory, remember
from agent.model import Completion, OnText, Request, Token
from agent.prompts import prompts_in
from knowledge.passages import Passage
from tests.agent.conftest import Script, calls, points_at
from tools.catalog import CatalogIndex

EVERYDAY = prompts_in("zh").everyday


@pytest.mark.parametrize(
    "text",
    [
        "多久到账",
        "那周末呢",
        "它要多少钱",
        "要是弄丢了呢",
        "how long can I have",
        "what about Sunday",
        "and if it rains",
        "is that off the lenses as well",
        "order by when for that",
        "我就是你们这毕业的也要交吗",
    ],
)
def test_a_message_that_names_little_and_points_back_leans(text):
    assert discount(text, EVERYDAY) in {LEANS_WHOLLY, LEANS}


@pytest.mark.parametrize("text", ["押金怎么交", "大门几点关", "I've got asthma", "on turbo?"])
def test_a_short_message_about_one_thing_may_lean(text):
    assert discount(text, EVERYDAY) == MAY_LEAN


@pytest.mark.parametrize(
    "text",
    [
        "好的",
        "ok",
        "电子发票抬头怎么修改",
        "上周买的台灯灯罩裂了一道口子，能不能换一个新的给我",
        "do you repair cracked ceramic hobs",
        "I bought a kettle from you last month and now it leaks, what can I do",
    ],
)
def test_a_message_that_says_what_it_is_about_stands_alone(text):
    assert discount(text, EVERYDAY) is None


def test_a_leaning_message_is_searched_behind_the_first_and_the_last_question():
    thread = ("how long is the warranty", "on the kettle?", "and the toaster")
    search = leaning_search("what if I register it", thread, EVERYDAY)
    assert search
    assert search.args == {
        "query": "what if I register it",
        "behind": "how long is the warranty and the toaster what if I register it",
        "less": LEANS,
    }


def test_nothing_leans_where_nothing_was_asked_before():
    assert leaning_search("那周末呢", (), EVERYDAY) is None


def test_a_question_asked_again_is_not_put_behind_itself():
    assert behind(("几点开门",), "几点开门") == "几点开门"


def test_a_thread_goes_on_while_messages_lean_and_begins_anew_with_one_that_stands_alone():
    thread = continued((), "a", None)
    assert continued(thread, "b", LEANS) == ("a", "b")
    assert continued(("a", "b"), "c", MAY_LEAN) == ("b", "c")
    assert continued(("a", "b"), "c", None) == ("c",)


ROWS = (
    Passage("p-1", "knowledge/fees.md", ("配送", "退款"), "拒收的退款2小时内退回。", "text", None),
    Passage("p-2", "knowledge/fees.md", ("会员", "退款"), "会员卡退款要7天。", "text", None),
)


async def test_what_was_asked_before_is_searched_too_and_what_is_asked_now_is_told(talk):
    talk.knowledge.passages = ROWS
    await talk.say("配送时拒收会怎样", calls("search_knowledge"), points_at(1))
    reply = await talk.say("多久退款", calls("search_knowledge"), points_at(1))
    assert "2小时" in reply.text
    assert [call.args for call in reply.calls] == [{"query": "多久退款"}]
    assert talk.model.requests[-1].messages[-1].text.endswith("问题：配送时拒收会怎样 多久退款")


async def test_the_questions_of_a_matter_are_remembered_with_the_conversation(talk):
    await talk.say("退货运费谁出", calls("search_knowledge"), points_at(1))
    await talk.say("那质量问题呢", calls("search_knowledge"), points_at(1))
    memory = remember(await talk.agent.log.read(talk.conversation))
    assert memory.thread == ("退货运费谁出", "那质量问题呢")


async def test_thanks_leave_the_matter_as_it_is(talk):
    await talk.say("退货运费谁出", calls("search_knowledge"), points_at(1))
    await talk.say("好的谢谢", '{"talk":"thanks"}')
    memory: Memory = remember(await talk.agent.log.read(talk.conversation))
    assert memory.thread == ("退货运费谁出",)


async def test_the_source_of_the_last_answer_is_remembered_over_small_talk(talk):
    reply = await talk.say("退货运费谁出", calls("search_knowledge"), points_at(1))
    await talk.say("好的谢谢", '{"talk":"thanks"}')
    memory = remember(await talk.agent.log.read(talk.conversation))
    assert memory.source == reply.citations[0].source


@dataclass
class Doubting:
    """The model within, a little less sure of what it says."""

    inner: Script
    sureness: float
    spec: str = "scripted:doubting"

    async def complete(self, request: Request, on_text: OnText | None = None) -> Completion:
        said = await self.inner.complete(request, on_text)
        before, mark, _ = said.text.partition("写明")
        if not mark:
            return said
        doubt = Token("写明", {"写明": 0.0, "没提": -self.sureness})
        return replace(said, tokens=(Token(before, {}), doubt))

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        ("Is there a deal, and are the coatings included?", True),
        ("Is there a deal on a second pair?", False),
    ],
)
def test_other_words_must_ask_what_is_asked_now(other, kept):
    assert keeps(other, "is it off the coatings as well", EVERYDAY) is kept


async def test_an_answer_to_questions_together_must_be_surer_than_one_to_a_question_alone(talk):
    doubting = talk.with_agent(model=Doubting(talk.model, 0.7))
    alone = await doubting.say("退货运费谁出", calls("search_knowledge"), points_at(1))
    assert not alone.refused
    again = "问题：退货运费由谁承担？"
    both = await doubting.say("那多久退", calls("search_knowledge"), points_at(1), again)
    assert both.refused


async def test_the_price_of_what_was_just_asked_about_is_told_by_the_catalogue(talk):
    await talk.say("星河吊灯直径多大", calls("search_knowledge"), points_at(1))
    reply = await talk.say("它多少钱", calls("search_knowledge"))
    assert reply.text == "星河吊灯售价 1299元。"


@pytest.mark.parametrize(
    ("text", "thread"),
    [
        ("多少钱", ("星河吊灯直径多大", "退货运费谁出")),
        ("它多少钱", ()),
        ("它怎么装", ("星河吊灯直径多大",)),
        ("晨光台灯多少钱", ("星河吊灯直径多大",)),
    ],
)
def test_what_is_no_question_about_the_product_before_leans_as_others_do(talk, text, thread):
    assert (
        fact_search(text, thread, talk.agent.brand, CatalogIndex(talk.agent.brand.products)) is None
    )
