"""A payment provider's word that a link was paid: signed, checked, taken once."""

import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from agent.outbox import PaidNotice
from channels.web.patience import PatientRoute
from channels.web.requests import body_of, parsed, refused
from knowledge.brand import Order
from tools.context import ToolRefusedError
from tools.payment_record import Link, PaymentRecord

HEADER = "X-Notice-Signature"
WINDOW = timedelta(seconds=300)
_SIGNATURE = re.compile(r"t=([0-9]{1,11}),v1=([0-9a-f]{64})", re.ASCII)


class Notice(BaseModel):
    """The body of a notice. `paid_at` is when the customer paid, however late the notice is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: str = Field(min_length=1, max_length=64)
    order_id: str = Field(min_length=1, max_length=64)
    amount_cents: int = Field(gt=0, lt=2**31, strict=True)
    currency: str = Field(pattern="^[A-Z]{3}$")
    paid_at: AwareDatetime


class Payable(Protocol):
    """Where a brand's payments are entered."""

    async def paid(self, token_or_url: str, at: datetime | None = None) -> Order:
        """Mark the order of a link paid, however often this is said."""
        ...


def signed(key: bytes, body: bytes, at: datetime) -> str:
    """The header that proves a body was sent by who has the key, at that time."""
    seconds = str(int(at.timestamp()))
    mac = hmac.new(key, seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={mac}"


def is_genuine(key: bytes, header: str, body: bytes, now: datetime) -> bool:
    """Whether a header proves that, and not too long ago."""
    found = _SIGNATURE.fullmatch(header)
    if not found:
        return False
    mac = hmac.new(key, found[1].encode() + b"." + body, hashlib.sha256).hexdigest()
    in_time = abs(now.timestamp() - int(found[1])) <= WINDOW.total_seconds()
    return hmac.compare_digest(mac, found[2]) and in_time


@dataclass(frozen=True)
class PaidNotices:
    """Takes notices in. `payments` by brand; `tell` puts a message to the customer."""

    key: bytes
    record: PaymentRecord
    payments: Mapping[str, Payable]
    tell: Callable[[PaidNotice], Awaitable[bool]]
    clock: Callable[[], datetime]

    def routes(self) -> APIRouter:
        """POST /pay/notices."""
        routes = APIRouter(tags=["payment"], route_class=PatientRoute)
        routes.add_api_route(
            "/pay/notices",
            self.receive,
            methods=["POST"],
            response_model=None,
            openapi_extra=_described(),
        )
        return routes

    async def receive(self, request: Request) -> JSONResponse:
        """Enter a payment and tell the customer; 200 only when both are done.

        A provider that gets anything else, or nothing, sends the notice again.
        """
        body = await body_of(request)
        header = request.headers.get(HEADER, "")
        if not is_genuine(self.key, header, body, self.clock()):
            raise refused(401, "bad_signature", "The signature does not fit, or is too old.")
        notice = parsed(Notice, body)
        link = await self.record.find(notice.token)
        if link is None or link.brand_id not in self.payments:
            raise refused(404, "unknown_link", "No such link was issued here.")
        stands = (link.order_id, link.amount_cents, link.currency)
        if stands != (notice.order_id, notice.amount_cents, notice.currency):
            raise refused(409, "differs", "Order or amount are not those of the link.")
        if notice.paid_at > self.clock() + WINDOW:
            raise refused(409, "not_yet", "The time of payment has not come.")
        try:
            await self.payments[link.brand_id].paid(link.token, notice.paid_at)
        except ToolRefusedError as error:
            raise refused(409, error.code, str(error)) from None
        told = await self.tell(_said_of(link))
        return JSONResponse(
            {"order_id": link.order_id, "repeated": link.state == "paid", "told": told}
        )


def _said_of(link: Link) -> PaidNotice:
    return PaidNotice(link.token, link.order_id, link.amount_cents, link.currency)


def notice_body(notice: Notice) -> bytes:
    """A notice as it is sent and signed."""
    return json.dumps(notice.model_dump(mode="json"), separators=(",", ":")).encode()


def _described() -> dict[str, object]:
    schema = Notice.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
