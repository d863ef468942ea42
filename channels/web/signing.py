"""Two signed strings: who a visitor's session is, and who the shop says its customer is."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

IDENTITY_AHEAD = timedelta(hours=24)
CLOCKS_APART = timedelta(seconds=300)
ANONYMOUS_LIFE = timedelta(days=30)
SIGNED_IN_LIFE = timedelta(hours=24)
MAX_IDENTITY = 300
MAX_TOKEN = 1000
_CUSTOMER = re.compile(r"[^\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]{1,128}")
_EXPIRY = re.compile(r"[0-9]{1,11}")


class BadSignatureError(ValueError):
    """What was handed in is forged, damaged or too old. `code` says which, for the shop's eyes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who holds a session: the chat that is his, and the shop's customer if it said so."""

    chat: str
    customer: str | None
    expires_at: datetime


def _mac(key: bytes, *parts: str) -> str:
    return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def _same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "surrogatepass"))


def sign_identity(key: bytes, bot: str, customer: str, expires_at: datetime) -> str:
    """`customer.expiry.hmac`, as the shop's own page makes it."""
    expiry = str(int(expires_at.timestamp()))
    return f"{customer}.{expiry}.{_mac(key, 'v1', bot, customer, expiry)}"


def verified_customer(key: bytes | None, bot: str, identity: str, now: datetime) -> str:
    """The customer an identity names.

    Raises:
        BadSignatureError: it was not made with this key for this bot, or its time is over.
    """
    if key is None:
        raise BadSignatureError("no_identity", "This chat has no identity_secret configured.")
    customer, _, rest = identity[: MAX_IDENTITY + 1].rpartition(".")
    customer, _, expiry = customer.rpartition(".")
    if len(identity) > MAX_IDENTITY or not _CUSTOMER.fullmatch(customer):
        raise BadSignatureError("bad_identity", "Expected data-identity=customer.expiry.hmac.")
    if not _EXPIRY.fullmatch(expiry) or not expiry.isascii():
        raise BadSignatureError("bad_identity", "The expiry must be in seconds since 1970.")
    if not _same(_mac(key, "v1", bot, customer, expiry), rest):
        raise BadSignatureError("bad_identity", "The identity's signature does not fit.")
    left = timedelta(seconds=int(expiry) - now.timestamp())
    if left <= timedelta(0):
        raise BadSignatureError("identity_expired", "The identity's time is over.")
    if left > IDENTITY_AHEAD + CLOCKS_APART:
        raise BadSignatureError("identity_too_long", "An identity may hold for 24 hours at most.")
    return customer


def sign_session(key: bytes, bot: str, visitor: Visitor) -> str:
    """A session token, opaque to the page."""
    expiry = int(visitor.expires_at.timestamp())
    packed = json.dumps([visitor.chat, visitor.customer, expiry], separators=(",", ":")).encode()
    body = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return f"{body}.{_mac(key, 'session-1', bot, body)}"


def verified_visitor(key: bytes, bot: str, token: str) -> Visitor:
    """Who a token was given to, also after its time; look at `expires_at`.

    Raises:
        BadSignatureError: it is not one of ours.
    """
    body, _, mac = token[: MAX_TOKEN + 1].rpartition(".")
    if len(token) > MAX_TOKEN or not _same(_mac_of_session(key, bot, body), mac):
        raise BadSignatureError("bad_token", "This session is not known here.")
    try:
        chat, customer, expiry = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, binascii.Error) as error:
        raise BadSignatureError("bad_token", "This session is not known here.") from error
    return Visitor(chat, customer, datetime.fromtimestamp(expiry, tz=UTC))


def _mac_of_session(key: bytes, bot: str, body: str) -> str:
    """A body that cannot even be encoded gets a signature that fits nothing."""
    return _mac(key, "session-1", bot, body.encode("utf-8", "replace").decode())
