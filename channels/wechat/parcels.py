"""A reply cut into the few messages that WeChat allows."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from agent.channel import Parcel
from agent.reply import Image, Payment, Reply
from channels.wechat.choices import choices_for
from channels.wechat.cutting import TEXT_BYTES, cut, size
from channels.wechat.wording import WORDING, Wording

# Five are allowed; one is kept for what has to be said later, such as that a payment arrived.
MOST_PARCELS: Final = 4

_TAG = re.compile(r"<(?=[/a-zA-Z!])")
_HREF = re.compile(r"https?://[^\s\"'<>]+")


def parcels_of(reply: Reply, *, rating: bool) -> tuple[Parcel, ...]:
    """At most four: texts, then pictures, then what can be tapped."""
    words = WORDING[reply.language]
    choices = choices_for(reply, rating=rating)
    room = MOST_PARCELS - bool(choices)
    tail = _to_pay_here(reply.payment, words) if reply.payment else ""
    texts, pictures = fitted(reply, tail, room)
    menu: tuple[Parcel, ...] = ()
    if choices:
        lines = [[choice.number, choice.label] for choice in choices]
        decides = reply.turn if reply.awaits_confirmation else 0
        menu = ({"kind": "menu", "head": words.choose, "choices": lines, "decides": decides},)
    return (*(text_parcel(text) for text in texts), *map(image_parcel, pictures), *menu)


def fitted(
    reply: Reply, tail: str, room: int, limit: int = TEXT_BYTES
) -> tuple[tuple[str, ...], tuple[Image, ...]]:
    """The words with `tail` at their end, and the pictures there is room for beside them.

    What is left out is said; the tail never is.
    """
    words, text = WORDING[reply.language], plain(reply.text)
    pieces = cut(_joined(text, tail), limit)
    hidden = _hidden(reply, pieces, room)
    if hidden:
        text = _joined(text, words.left_out.format(count=hidden))
        pieces = cut(_joined(text, tail), limit)
    if len(pieces) > room:
        kept = cut(text, limit)[: room - 1]
        last = cut(kept[-1], limit - size(words.cut_short) - 1)[0]
        pieces = (*kept[:-1], f"{last}\n{words.cut_short}", *cut(tail, limit)[:1])
    return pieces, reply.images[: max(0, room - len(pieces))]


def _hidden(reply: Reply, pieces: Sequence[str], room: int) -> int:
    """How many pictures have to be left out, counting the piece that says so."""
    count = len(reply.images)
    if count <= room - len(pieces):
        return 0
    return count - max(0, room - max(1, len(pieces)))


def text_parcel(text: str) -> Parcel:
    """A message of words."""
    return {"kind": "text", "text": text}


def image_parcel(image: Image) -> Parcel:
    """A product picture; the caption is for where the picture cannot be shown."""
    return {"kind": "image", "path": image.path, "caption": image.caption}


def plain(text: str) -> str:
    """Words that WeChat cannot take for a link or another tag."""
    return _TAG.sub("＜", text)


def to_pay(payment: Payment, words: Wording) -> str:
    """What is to be paid, and until when."""
    amount = payment.amount
    shown = f"¥{amount}" if payment.currency == "CNY" else f"{amount} {payment.currency}"
    until = datetime.fromisoformat(payment.expires_at).strftime("%m-%d %H:%M")
    return words.to_pay.format(amount=shown, order=payment.order_id, time=until)


def _to_pay_here(payment: Payment, words: Wording) -> str:
    url = payment.url
    link = f'<a href="{url}">{words.pay}</a>' if _HREF.fullmatch(url) else url
    return f"{to_pay(payment, words)}\n{link}"


def _joined(first: str, second: str) -> str:
    return "\n\n".join(part for part in (first.strip(), second) if part)


def passive_texts(reply: Reply, limit: int) -> tuple[str, ...]:
    """All the words, in pieces that leave room for a hint."""
    words = WORDING[reply.language]
    tail = _to_pay_here(reply.payment, words) if reply.payment else ""
    return cut(_joined(plain(reply.text), tail), limit)
