"""How near what a question names comes to the words of what was found."""

from knowledge.embed import open_embedder
from knowledge.errors import KnowledgeError
from knowledge.nearness import Nearness
from knowledge.remembered_vectors import RememberedVectors


async def test_a_thing_that_stands_there_is_as_near_as_can_be(embedder):
    near = await Nearness(RememberedVectors(embedder)).of(
        "退货要运费吗", ["退货的运费由本店承担。"]
    )
    assert near
    assert all(cosine == 1.0 for _, cosine in near)


async def test_a_word_that_means_the_same_is_nearer_than_one_that_does_not():
    nearness = Nearness(RememberedVectors(open_embedder("embedded", "")))
    same = dict(await nearness.of("物流几天", ["快递三天送到。"]) or ())
    other = dict(await nearness.of("物流几天", ["面膜每片二十五毫升。"]) or ())
    assert other["物流"] < same["物流"] < 1.0


async def test_english_words_are_compared_whole():
    nearness = Nearness(RememberedVectors(open_embedder("embedded", "")))
    near = dict(await nearness.of("is a warranty included", ["The guarantee lasts a year."]) or ())
    assert near["warranty"] > near["included"]


async def test_words_are_embedded_once(embedder):
    nearness = Nearness(RememberedVectors(embedder))
    await nearness.of("物流几天", ["快递三天送到。"])
    before = len(embedder.embedded)
    assert before > 0
    await nearness.of("物流几天", ["快递三天送到。"])
    assert len(embedder.embedded) == before


async def test_a_question_that_names_nothing_and_texts_without_words(embedder):
    nearness = Nearness(RememberedVectors(embedder))
    assert await nearness.of("可以吗", ["快递三天送到。"]) == ()
    assert await nearness.of("物流几天", [""]) == (("物流", 0.0),)


async def test_without_an_embedder_nothing_is_said():
    class Down:
        name = "embedded"

        async def query(self, text):
            raise KnowledgeError("down")

        async def passages(self, texts):
            raise KnowledgeError("down")

    assert await Nearness(RememberedVectors(Down())).of("物流几天", ["快递三天送到。"]) is None
