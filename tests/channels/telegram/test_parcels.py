"""How replies are cut: nothing is lost, nothing is too long, nothing breaks the markup."""

import json
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.reply import Handoff, Payment, Reply
from channels.telegram.buttons import (
    MAX_DATA_BYTES,
    Name,
    Place,
    Pressed,
    button,
    pressed,
    without,
)
from channels.telegram.cutting import CAPTION_UNITS, TEXT_UNITS, cut, shortened, units
from channels.telegram.parcels import parcels_of
from channels.telegram.wording import WORDING, Language
from tests.channels.telegram.conftest import LOOKED_UP, PAYMENT, image, reply
from tests.channels.telegram.markup import shown_text, utf16

LANGUAGES = st.sampled_from(["zh", "en"])
PARTS = [*"字句。！a b\n<>&\"'_*[]()~`#+-=|{}.!😀👨👩👧🇨🇳é", "&amp;", "</b>", "\u200d", "👨‍👩‍👧"]
WILD = st.lists(
    st.sampled_from(PARTS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    max_size=300,
).map("".join)


@given(WILD, st.integers(8, 200))
@example("😀" * 50, 9)
@example("a" * 100, 8)
def test_pieces_fit_and_together_are_the_text(text: str, limit: int) -> None:
    pieces = cut(text, limit)
    assert all(0 < units(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(WILD, st.integers(2, 200))
def test_a_shortened_text_fits(text: str, limit: int) -> None:
    assert units(shortened(text, limit)) <= limit


@given(WILD)
def test_length_is_what_telegram_counts(text: str) -> None:
    assert units(text) == utf16(text)


def test_a_long_text_is_cut_at_its_sentences() -> None:
    sentence = "这一句话正好是二十个字，包括它的标点。"
    pieces = cut(sentence * 500)
    assert len(pieces) > 1
    assert all(piece.endswith("。") for piece in pieces)
    english = cut("This is version 1.5 of it, sold at 3.20 each. " * 300)
    assert all(piece.endswith("each.") for piece in english)


def test_paragraphs_are_kept_together_where_they_can_be() -> None:
    text = "\n\n".join(f"{number}. " + "说明。" * 300 for number in range(8))
    assert [piece[:3] for piece in cut(text)] == ["0. ", "4. "]


def test_a_sign_made_of_several_characters_is_not_torn() -> None:
    family = "👨‍👩‍👧"
    pieces = cut(family * 40, 50)
    assert all(piece.startswith("👨") for piece in pieces)


@given(WILD, LANGUAGES)
def test_nothing_a_reply_says_can_break_the_markup(text: str, language: str) -> None:
    answer = reply(
        text, language=language, images=(image(caption=text), image()), payment=_payment(text)
    )
    for parcel in parcels_of(answer):
        json.dumps(parcel).encode()
        for html in [parcel.get("html", "")] + [p["caption"] for p in parcel.get("pictures", ())]:
            limit = CAPTION_UNITS if parcel["kind"] == "pictures" else TEXT_UNITS
            assert utf16(shown_text(html, "HTML")) <= limit


def _payment(order: str) -> Payment:
    return PAYMENT.model_copy(update={"order_id": order[:60]})


def test_a_reply_is_sent_as_text_then_pictures_then_payment() -> None:
    answer = reply("给您看图。", images=(image("essence"), image("cream")), payment=PAYMENT)
    text, pictures, card = parcels_of(answer)
    assert (text["html"], text["opens"]) == ("给您看图。", True)
    assert [p["path"] for p in pictures["pictures"]] == ["images/essence.jpg", "images/cream.jpg"]
    assert card["html"] == (
        "<b>待支付 ¥168.00</b>\n订单号: HY20261101003\n请在 2026-11-24 12:30 (UTC+8) 前完成支付"
    )
    assert card["buttons"] == [[{"text": "去支付 ¥168.00", "url": PAYMENT.url}]]


def test_the_payment_card_speaks_the_customers_language() -> None:
    (_, card) = parcels_of(reply("Here it is.", language="en", payment=PAYMENT))
    assert "To pay ¥168.00" in card["html"]
    assert "before 2026-11-24 12:30 (UTC+8)" in card["html"]


@pytest.mark.parametrize(
    ("expires", "shown"),
    [
        ("2026-11-24T12:30:00+05:30", "(UTC+5:30)"),
        ("2026-11-24T12:30:00-07:00", "(UTC-7)"),
        ("2026-11-24T12:30:00+10:00", "(UTC+10)"),
        ("2026-11-24T12:30:00+00:00", "(UTC)"),
    ],
)
def test_the_time_of_expiry_names_its_zone(expires: str, shown: str) -> None:
    payment = PAYMENT.model_copy(update={"expires_at": expires})
    assert shown in parcels_of(reply(payment=payment))[1]["html"]


def test_a_link_that_no_button_may_open_stands_in_the_text() -> None:
    local = PAYMENT.model_copy(update={"url": "http://localhost:8080/pay/tok?a=1&b=2"})
    card = parcels_of(reply(payment=local))[1]
    assert unescape(card["html"]).endswith("http://localhost:8080/pay/tok?a=1&b=2")
    assert card["buttons"] == []


def test_many_pictures_become_albums_of_ten() -> None:
    parcels = parcels_of(reply(images=tuple(image() for _ in range(23))))
    assert [len(parcel["pictures"]) for parcel in parcels[1:]] == [10, 10, 3]


def test_a_reply_without_words_has_no_empty_text() -> None:
    assert [p["kind"] for p in parcels_of(reply("  \n", images=(image(),)))] == ["pictures"]


def names(answer: Reply) -> list[list[str]]:
    rows = parcels_of(answer)[0]["buttons"]
    return [[key["data"].partition(":")[0] for key in row] for row in rows]


def test_buttons_stand_where_there_is_something_to_decide_or_judge() -> None:
    assert names(reply("你好")) == []
    assert names(reply(calls=(LOOKED_UP,))) == [["helpful", "unhelpful"]]
    assert names(reply(refused=True)) == [["helpful", "unhelpful"], ["person"]]
    assert names(reply(awaits_confirmation=True)) == [["confirm", "cancel"]]
    assert names(reply(calls=(LOOKED_UP,), handoff=Handoff(requested=True))) == []


def test_buttons_stand_under_the_last_piece_of_a_long_text() -> None:
    parcels = parcels_of(reply("说明。" * 3000, calls=(LOOKED_UP,)))
    assert [bool(parcel["buttons"]) for parcel in parcels] == [False, False, True]
    assert [bool(parcel.get("opens")) for parcel in parcels] == [True, False, False]


@given(
    st.sampled_from(["confirm", "cancel", "person", "helpful", "unhelpful"]),
    st.integers(0, 10**9 - 1),
    LANGUAGES,
    st.text(max_size=10),
)
def test_a_button_comes_back_as_what_it_was(
    name: Name, turn: int, language: Language, conversation: str
) -> None:
    place = Place.under(reply(turn=turn, language=language, conversation=conversation))
    made = button(name, place)
    assert pressed(made["data"]) == Pressed(name, place)
    assert len(made["data"].encode()) <= MAX_DATA_BYTES


def test_a_pressed_button_takes_its_opposite_along() -> None:
    place = Place.under(reply())
    rows = [[button("helpful", place), button("unhelpful", place)], [button("person", place)]]
    assert without(rows, "unhelpful") == rows[1:]
    assert without(rows, "person") == rows[:1]
    assert without(rows, "forged") == rows


def test_both_languages_have_the_same_menu() -> None:
    names = [[name for name, _ in words.menu] for words in WORDING.values()]
    assert names[0] == names[1]
