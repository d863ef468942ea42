"""Cutting a reply into single sends: texts, pictures, the payment card, and the buttons."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import urlsplit

from agent.channel import Parcel
from agent.reply import Image, Payment, Reply
from channels.telegram.buttons import Button, Place, Rows, button
from channels.telegram.cutting import CAPTION_UNITS, cut, shortened
from channels.telegram.wording import WORDING, Language

ALBUM_MOST = 10
_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


def parcels_of(reply: Reply) -> tuple[Parcel, ...]:
    """The reply's sends in order: its text, its pictures, its payment card.

    `html` is escaped text in Telegram's HTML; `opens` marks the one that may take the place of a
    message that showed the growing answer. The buttons stand under the last text.
    """
    texts = [_text(escape(piece, quote=False)) for piece in cut(reply.text)]
    pictures = list(_pictures(reply.images))
    rows = _rows(reply)
    if texts:
        texts[0] |= {"opens": True}
        texts[-1] |= {"buttons": rows}
    card = [_card(reply.payment, reply.language)] if reply.payment else []
    return (*texts, *pictures, *card)


def _text(html: str, rows: Rows | None = None) -> dict[str, Any]:
    return {"kind": "text", "html": html, "buttons": rows or []}


def _pictures(images: tuple[Image, ...]) -> Iterator[Parcel]:
    for start in range(0, len(images), ALBUM_MOST):
        group = images[start : start + ALBUM_MOST]
        yield {"kind": "pictures", "pictures": [_picture(image) for image in group]}


def _picture(image: Image) -> dict[str, str]:
    caption = escape(shortened(image.caption, CAPTION_UNITS), quote=False)
    return {"path": image.path, "caption": caption}


def _card(payment: Payment, language: Language) -> Parcel:
    words = WORDING[language]
    amount = f"{_SIGNS.get(payment.currency, '')}{payment.amount}"
    if payment.currency not in _SIGNS:
        amount += f" {payment.currency}"
    lines = [
        f"<b>{words.to_pay} {escape(amount, quote=False)}</b>",
        f"{words.order}: {escape(payment.order_id, quote=False)}",
        words.until.format(time=_time(datetime.fromisoformat(payment.expires_at))),
    ]
    if not linkable(payment.url):
        return _text("\n".join([*lines, escape(payment.url, quote=False)]))
    pay: Button = {"text": f"{words.pay} {amount}", "url": payment.url}
    return _text("\n".join(lines), [[pay]])


def _time(at: datetime) -> str:
    """The minute, and the zone as people write it: UTC+8."""
    ahead = round((at.utcoffset() or timedelta()).total_seconds() / 60)
    hours, minutes = divmod(abs(ahead), 60)
    zone = f"UTC{'+' if ahead > 0 else '-'}{hours}" if ahead else "UTC"
    if minutes:
        zone += f":{minutes:02}"
    return f"{at:%Y-%m-%d %H:%M} ({zone})"


def linkable(url: str) -> bool:
    """Whether Telegram lets a button open it: it refuses names without a dot, localhost first."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def _rows(reply: Reply) -> Rows:
    """Buttons only where there is something to decide or to judge, none under small talk."""
    place = Place.under(reply)
    if reply.handoff.requested:
        return []
    if reply.awaits_confirmation:
        return [[button("confirm", place), button("cancel", place)]]
    rows: Rows = []
    if reply.calls or reply.citations or reply.refused:
        rows.append([button("helpful", place), button("unhelpful", place)])
    if reply.refused:
        rows.append([button("person", place)])
    return rows
