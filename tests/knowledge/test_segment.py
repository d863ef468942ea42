"""Words for the full-text search."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.segment import Segmenter


def test_chinese_becomes_pairs_of_neighbours_and_nothing_is_joined_across_a_sign() -> None:
    words = Segmenter().words("拆封后，怎么退")
    assert words == ("拆封", "封后", "怎么", "么退")


def test_a_character_that_stands_alone_is_a_word() -> None:
    assert Segmenter().words("A醇 水！乳") == ("醇", "水", "乳", "a")


def test_many_texts_at_once_have_the_words_that_each_has_alone() -> None:
    texts = ["", "退货", "a醇", "，", "水", "SPF50+", "\x1e退", "x"] * 50
    segmenter = Segmenter()
    assert [tuple(line.split()) for line in segmenter.lines(texts)] == [
        *map(segmenter.words, texts)
    ]


def test_codes_are_found_whole_and_by_their_parts() -> None:
    words = Segmenter().words("ＨＹ-JH-30 SPF50+ 09:00 A醇")
    assert {"hy-jh-30", "hyjh30", "jh", "spf50", "09", "00", "a", "醇"} <= set(words)


def test_known_names_are_words_of_their_own_however_they_are_spaced() -> None:
    segmenter = Segmenter(("小粉瓶", "Rose Serum", "水"))
    assert "=小粉瓶" in segmenter.words("那个小粉瓶多少钱")
    assert "=roseserum" in segmenter.words("the rose  SERUM please")
    assert not any(word.startswith("=") for word in segmenter.words("水"))


@given(st.text(max_size=200))
def test_words_hold_no_space_and_come_out_the_same_each_time(text: str) -> None:
    words = Segmenter(("测试",)).words(text)
    assert all(word and not word.isspace() and word == "".join(word.split()) for word in words)
    assert words == Segmenter(("测试",)).words(text)


@given(st.text("退换货新疆abc123", min_size=1, max_size=30))
def test_every_character_is_in_some_word(text: str) -> None:
    assert set(text) <= set("".join(Segmenter().words(text)))


def test_traditional_characters_give_the_words_of_the_simplified() -> None:
    segmenter = Segmenter(("保濕面霜",))
    assert segmenter.words("運費和退貨，保濕面霜") == segmenter.words("运费和退货，保湿面霜")
