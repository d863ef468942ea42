"""Our seal against wechatpy's, in both directions, and against damage of every kind."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto, WeChatCrypto

from channels.wechat.crypto import Seal, SealError, key_of, same, signature
from tests.channels.wechat.caller import AES_KEY, TOKEN, sign

RECEIVER = "wx0123456789abcdef"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@pytest.fixture(scope="module")
def seal() -> Seal:
    return Seal(key_of(AES_KEY), RECEIVER)


@pytest.fixture(scope="module")
def theirs() -> PrpCrypto:
    return PrpCrypto(key_of(AES_KEY))


@given(text=TEXTS)
def test_what_we_close_wechatpy_opens(seal: Seal, theirs: PrpCrypto, text: str) -> None:
    assert theirs.decrypt(seal.close(text), RECEIVER) == text


@given(text=TEXTS)
def test_what_wechatpy_closes_we_open(seal: Seal, theirs: PrpCrypto, text: str) -> None:
    assert seal.open(theirs.encrypt(text, RECEIVER).decode()) == text


def test_the_same_text_is_sealed_differently_each_time(seal: Seal) -> None:
    assert seal.close("你好") != seal.close("你好")


@given(parts=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_signatures_are_those_of_wechat(parts: list[str]) -> None:
    assert signature(TOKEN, *parts) == sign(*parts)


@given(noise=st.text())
def test_no_text_is_taken_for_a_sealed_letter(seal: Seal, noise: str) -> None:
    with pytest.raises(SealError):
        seal.open(noise)


@given(place=st.integers(0, 10_000), flip=st.integers(1, 255), text=TEXTS)
def test_a_damaged_letter_is_refused_or_reads_otherwise_but_never_crashes(
    seal: Seal, place: int, flip: int, text: str
) -> None:
    raw = bytearray(base64.b64decode(seal.close(text)))
    raw[place % len(raw)] ^= flip
    try:
        seal.open(base64.b64encode(raw).decode())
    except SealError:
        return


def test_a_letter_for_another_account_is_refused(theirs: PrpCrypto) -> None:
    with pytest.raises(SealError):
        Seal(key_of(AES_KEY), "wxanother").open(theirs.encrypt("hi", RECEIVER).decode())


def test_a_letter_sealed_with_another_key_is_refused(seal: Seal) -> None:
    other = WeChatCrypto(TOKEN, "z" * 43, RECEIVER)
    sealed = PrpCrypto(other.key).encrypt("hi", RECEIVER).decode()
    with pytest.raises(SealError):
        seal.open(sealed)


@pytest.mark.parametrize("key", ["", "short", "a" * 44, "!" * 43])
def test_a_wrong_key_is_named_before_anything_runs(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        key_of(key)


def test_signatures_with_strange_signs_do_not_crash() -> None:
    assert not same("ü\udc80", signature(TOKEN, "a"))


def test_a_seal_does_not_show_its_key(seal: Seal) -> None:
    assert "key" not in repr(seal)
