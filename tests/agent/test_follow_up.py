"""Short follow-ups stand for whole questions."""

import pytest

from agent.bind import bind
from agent.decide import Proposal
from agent.follow_up import whole_question, with_subject
from agent.memory import Memory
from agent.words import words_of
from knowledge.brand_folder import load_brand
from knowledge.passages import Passage
from tests.agent.conftest import calls, points_at
from tests.brands.small_brand import write_brand
from tools.catalog import CatalogIndex


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        ("读书灯保修多久", "L-2呢", "L-2保修多久"),
        ("发到上海运费多少", "那新疆呢？", "那新疆呢？"),
        ("how long is the warranty", "what about batteries?", "what about batteries?"),
        ("can I park my guest at Cardiff?", "and at Leeds?", "can I park my guest at Leeds?"),
        ("how much is shipping to Wales", "what about to Spain", "how much is shipping to Spain"),
        ("读书灯保修多久", "这个呢", "这个呢"),
        ("读书灯保修多久", "可以退货吗", "可以退货吗"),
        ("", "L-2呢", "L-2呢"),
    ],
)
def test_a_new_topic_is_put_into_the_question_before(tmp_path, before, text, whole):
    catalog = CatalogIndex(load_brand(write_brand(tmp_path / "lamps")).products)
    assert whole_question(text, Memory(question=before), catalog) == whole


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        (
            "do you rent tents",
            "what if i bring it back late",
            "do you rent tents what if i bring it back late",
        ),
        ("读书灯保修多久", "它坏了找谁", "读书灯保修多久 它坏了找谁"),
        ("读书灯保修多久", "这个发票怎么开", "这个发票怎么开"),
        ("读书灯保修多久", "怎么退", "怎么退"),
        ("", "它坏了找谁", "它坏了找谁"),
    ],
)
def test_a_pronoun_gets_its_subject(tmp_path, before, text, whole):
    catalog = CatalogIndex(load_brand(write_brand(tmp_path / "lamps")).products)
    assert with_subject(text, Memory(question=before), catalog) == whole


def test_a_place_is_put_into_the_last_question_that_had_one(tmp_path):
    catalog = CatalogIndex(load_brand(write_brand(tmp_path / "lamps")).products)
    memory = Memory(question="", thread=("can I park at Cardiff", "what about my guest"))
    assert whole_question("and at Leeds?", memory, catalog) == "can I park at Leeds"


async def test_of_a_row_only_what_is_newly_asked_is_told(talk):
    row = "商品: 落地灯; 清洗费（元）: 30; 保修期（月）: 24; 产地: 苏州; 重量（kg）: 5"
    talk.knowledge.passages = (
        Passage("p-row", "knowledge/prices.csv", ("价目",), row, "table_row", None),
    )
    first = await talk.say("落地灯清洗费多少钱", calls("search_knowledge"), points_at(1))
    assert "30 元" in first.text
    then = await talk.say("那保修期呢", calls("search_knowledge"), points_at(1))
    assert "24 月" in then.text
    assert "30" not in then.text


@pytest.fixture
def brand(tmp_path):
    return load_brand(write_brand(tmp_path / "lamps"))


@pytest.mark.parametrize(
    ("worded", "searched"),
    [
        ("when is it free", "standard delivery to Leeds when is it free"),
        ("when is delivery to Leeds free", "when is delivery to Leeds free"),
        ("L-1 when is it free", "L-1 when is it free"),
    ],
)
def test_a_question_that_the_model_left_without_its_subject_gets_it(brand, worded, searched):
    words = words_of(worded, CatalogIndex(brand.products))
    memory = Memory(question="standard delivery to Leeds")
    (call,) = bind(
        (Proposal("search_knowledge", {"query": worded}),), words, memory, signed_in=True
    )
    assert call.args["query"] == searched


def test_a_query_that_has_nothing_of_what_was_asked_is_not_searched(brand):
    text = "上了几次再换呢"
    memory = Memory(question="还没开课，换校区收费吗")
    words = words_of(text, CatalogIndex(brand.products))
    for worded, searched in (("初级会计课时", text), ("开课后换校区", "开课后换校区")):
        proposal = Proposal("search_knowledge", {"query": worded})
        (call,) = bind((proposal,), words, memory, signed_in=True)
        assert call.args["query"] == searched


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("order FW20261117001, mobile ends 9034. never arrived", "9034"),
        ("后四位9034。", "9034"),
        ("it weighs 9034.5 grams", ""),
        ("9034元", ""),
    ],
)
def test_last_digits_of_a_phone_may_end_a_sentence(text, tail):
    assert words_of(text, CatalogIndex(())).phone_tail == tail
