"""Scenes that sign a customer in: the scene of a QR code or link can carry a signed identity.

The token is packed to fit WeChat's 64 characters: four bytes of expiry, sixteen of HMAC-SHA256
and the customer's id, in base64url.
"""

import base64
import binascii
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import Final

PREFIX: Final = "id-"
AHEAD: Final = timedelta(hours=24)
MAX_CUSTOMER_BYTES: Final = 25
_CLOCKS_APART = timedelta(seconds=300)
_MAC_BYTES = 16
_LONGEST = 64
_CUSTOMER = re.compile(r"[^\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]+")


class SceneError(ValueError):
    """A scene that should sign somebody in is forged, damaged or too old."""


def sign_scene(key: bytes, bot: str, customer: str, expires_at: datetime) -> str:
    """The scene that signs a customer in; ten minutes are a good life for one.

    Raises:
        ValueError: the customer's id does not fit.
    """
    name = customer.encode("utf-8", "replace")
    if not _CUSTOMER.fullmatch(customer) or len(name) > MAX_CUSTOMER_BYTES:
        raise ValueError(f"a customer's id of 1 to {MAX_CUSTOMER_BYTES} bytes is needed")
    expiry = int(expires_at.timestamp()).to_bytes(4, "big")
    packed = expiry + _mac(key, bot, expiry, name) + name
    return PREFIX + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def customer_in(key: bytes, bot: str, scene: str, now: datetime) -> str:
    """The customer a scene names.

    Raises:
        SceneError: it was not made with this key for this bot, or its time is over.
    """
    packed = _unpacked(scene)
    expiry, mac, name = packed[:4], packed[4 : 4 + _MAC_BYTES], packed[4 + _MAC_BYTES :]
    if not name or not hmac.compare_digest(_mac(key, bot, expiry, name), mac):
        raise SceneError("its signature does not fit")
    expires_at = datetime.fromtimestamp(int.from_bytes(expiry, "big"), UTC)
    if not now < expires_at <= now + AHEAD + _CLOCKS_APART:
        raise SceneError("its time is over, or more than 24 hours away")
    customer = name.decode("utf-8", "replace")
    if not _CUSTOMER.fullmatch(customer):
        raise SceneError("it names no customer")
    return customer


def _mac(key: bytes, bot: str, expiry: bytes, name: bytes) -> bytes:
    signed = f"wechat-scene\n{bot}\n".encode() + expiry + name
    return hmac.new(key, signed, hashlib.sha256).digest()[:_MAC_BYTES]


def _unpacked(scene: str) -> bytes:
    body = scene.removeprefix(PREFIX)
    if len(scene) > _LONGEST or body == scene or not body.isascii():
        raise SceneError("it signs nobody in")
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise SceneError("it is damaged") from error
