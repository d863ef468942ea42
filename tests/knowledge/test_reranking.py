"""Which of the passages found are likeliest to answer."""

import numpy as np

from knowledge.embed import EmbeddedE5
from knowledge.index import Builder
from knowledge.passages import PassageKind
from knowledge.rankings import Read
from knowledge.reranking import SIGNS, relevances, signs
from knowledge.search import BrandKnowledge
from knowledge.segment import Segmenter
from knowledge.writing import passage
from tests.knowledge.conftest import with_embedder

WORDS = Segmenter()


def read(text: str, similarity: float = 0.9, kind: PassageKind = "text") -> Read:
    words = " ".join(WORDS.words(text))
    return Read(passage("knowledge/a.md", ("门店",), text, kind), words, similarity)


def first_of(question: str, *found: Read) -> str:
    likely = relevances(question, WORDS.words(question), found, lambda _: 1.0)
    return found[int(np.argmax(likely))].passage.text


def test_the_row_that_is_named_comes_before_its_neighbours():
    bath = read("Branch: Bath; Open: Mon-Sat 09:00-17:00", 0.91, "table_row")
    stirling = read("Branch: Stirling; Open: Mon, Wed 09:30-17:00", 0.9, "table_row")
    assert first_of("when is the optician in stirling open", bath, stirling) == (
        stirling.passage.text
    )


def test_of_two_as_near_the_one_with_the_kind_of_thing_asked_for_comes_first():
    near = read("押金在退租的时候退还给租客")
    answers = read("押金为两个月租金，计300元。")
    assert first_of("押金多少钱", near, answers) == answers.passage.text


def test_an_english_word_counts_in_whatever_form():
    seen = signs(
        "delivering fees",
        ("delivering", "fees"),
        [read("delivery is free, no fee", 0.8), read("we sell glasses", 0.8)],
        lambda _: 1.0,
    )
    assert seen[:, SIGNS.index("words")].tolist() == [1.0, 0.0]


def test_rare_words_tell_more():
    rarity = {"optician": 1.0, "stirling": 3.0}
    found = [read("the optician", 0.8), read("in stirling", 0.8)]
    seen = signs("optician stirling", tuple(rarity), found, rarity.__getitem__)
    assert seen[:, SIGNS.index("words")].tolist() == [0.25, 0.75]


def test_nothing_found_is_nothing_ranked():
    assert relevances("押金", ("押金",), [], lambda _: 1.0).shape == (0,)


async def test_hits_come_by_relevance_where_the_weights_are_for_the_embedder(builder: Builder):
    knowledge = await BrandKnowledge.open_with(with_embedder(builder, EmbeddedE5.name))
    likely = [hit.relevance for hit in (await knowledge.search("新疆 18元 6-10天")).hits]
    assert likely == sorted(likely, key=lambda one: -(one or 0.0))
    assert len(set(likely)) == len(likely) > 1


async def test_with_another_embedder_the_fused_order_stays(builder: Builder):
    knowledge = await BrandKnowledge.open_with(builder)
    hits = (await knowledge.search("新疆 18元 6-10天")).hits
    assert {hit.relevance for hit in hits} == {None}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
