"""Sign-in links: https://t.me/BOT?start=id-… tells a chat which customer of the shop it is.

Telegram allows 64 characters there, so the token is packed: four bytes of expiry, sixteen of
HMAC-SHA256 and the customer's id, in base64url.
"""

import base64
import binascii
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

PREFIX = "id-"
AHEAD = timedelta(hours=24)
CLOCKS_APART = timedelta(seconds=300)
MAX_CUSTOMER_BYTES = 25
_MAC_BYTES = 16
_MOST = 64
_CUSTOMER = re.compile(r"[^\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]+")


class BadLinkError(ValueError):
    """A sign-in link is forged, damaged, used, or too old; it signs nobody in."""


def sign_link(key: bytes, bot_id: int, customer: str, expires_at: datetime) -> str:
    """The start parameter that signs a customer in; ten minutes are a good life for one.

    Raises:
        ValueError: the customer's id does not fit.
    """
    name = customer.encode()
    if not _CUSTOMER.fullmatch(customer) or len(name) > MAX_CUSTOMER_BYTES:
        raise ValueError(f"a customer's id of 1 to {MAX_CUSTOMER_BYTES} bytes is needed")
    expiry = int(expires_at.timestamp()).to_bytes(4, "big")
    packed = expiry + _mac(key, bot_id, expiry, name) + name
    return PREFIX + _spelt(packed)


def customer_of(key: bytes, bot_id: int, payload: str, now: datetime) -> str:
    """The customer a start parameter names.

    Raises:
        BadLinkError: it was not made with this key for this bot, or its time is over.
    """
    packed = _unpacked(payload)
    expiry, mac, name = packed[:4], packed[4 : 4 + _MAC_BYTES], packed[4 + _MAC_BYTES :]
    if not name or not hmac.compare_digest(_mac(key, bot_id, expiry, name), mac):
        raise BadLinkError("its signature does not fit")
    expires_at = datetime.fromtimestamp(int.from_bytes(expiry, "big"), UTC)
    if now >= expires_at:
        raise BadLinkError("its time is over")
    if expires_at - now > AHEAD + CLOCKS_APART:
        raise BadLinkError("it would hold for more than 24 hours")
    customer = name.decode("utf-8", "replace")
    if not _CUSTOMER.fullmatch(customer):
        raise BadLinkError("it names no customer")
    return customer


def _mac(key: bytes, bot_id: int, expiry: bytes, name: bytes) -> bytes:
    signed = b"telegram-start\n%d\n" % bot_id + expiry + name
    return hmac.new(key, signed, hashlib.sha256).digest()[:_MAC_BYTES]


def _unpacked(payload: str) -> bytes:
    body = payload.removeprefix(PREFIX)
    if len(payload) > _MOST or body == payload or not body.isascii():
        raise BadLinkError("it is no sign-in link")
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadLinkError("it is damaged") from error
    # One customer's token has one spelling, or a used one could be spelt anew.
    if _spelt(packed) != body:
        raise BadLinkError("it is damaged")
    return packed


def _spelt(packed: bytes) -> str:
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")
