"""A reply cut into the messages of WeChat customer service."""

from collections.abc import Mapping
from typing import Any

from agent.channel import Parcel, RejectedError
from agent.reply import Reply
from channels.wechat.choices import choices_for
from channels.wechat.cutting import shortened
from channels.wechat.parcels import MOST_PARCELS, fitted, image_parcel, text_parcel, to_pay
from channels.wechat.wording import WORDING

_HEAD_BYTES = 1024


def service_parcels(reply: Reply, *, rating: bool, queue: bool) -> tuple[Parcel, ...]:
    """At most four messages; a link to pay is a line of the menu. `queue`: call a person after."""
    words = WORDING[reply.language]
    choices = choices_for(reply, rating=rating)
    menu: tuple[Parcel, ...] = ()
    if choices or reply.payment:
        head = to_pay(reply.payment, words) if reply.payment else words.choose
        menu = (
            {
                "kind": "menu",
                "head": shortened(head, _HEAD_BYTES),
                "choices": [[choice.number, choice.label] for choice in choices],
                "decides": reply.turn if reply.awaits_confirmation else 0,
                "links": [[reply.payment.url, words.pay]] if reply.payment else [],
            },
        )
    texts, pictures = fitted(reply, "", MOST_PARCELS - len(menu))
    calling: tuple[Parcel, ...] = ({"kind": "queue"},) if queue else ()
    return (*map(text_parcel, texts), *map(image_parcel, pictures), *menu, *calling)


def message_of(parcel: Parcel) -> Mapping[str, Any]:
    """A text or a menu as WeCom takes it.

    Raises:
        RejectedError: it is neither.
    """
    match parcel["kind"]:
        case "text":
            return {"msgtype": "text", "text": {"content": parcel["text"]}}
        case "menu":
            views = [_view(url, label) for url, label in parcel["links"]]
            clicks = [_click(number, label) for number, label in parcel["choices"]]
            menu = {"head_content": parcel["head"], "list": [*views, *clicks]}
            return {"msgtype": "msgmenu", "msgmenu": menu}
        case kind:
            raise RejectedError(f"no such parcel: {kind!r}")


def _view(url: str, label: str) -> dict[str, Any]:
    return {"type": "view", "view": {"url": url, "content": label}}


def _click(number: str, label: str) -> dict[str, Any]:
    return {"type": "click", "click": {"id": number, "content": label}}
