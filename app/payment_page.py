"""The demo provider: a payment page where no money moves, and the signed notice it sends."""

import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape

from app.paid_notices import HEADER, Notice, notice_body, signed
from channels.web.pages import page_headers
from channels.web.patience import PatientRoute
from channels.web.requests import body_of
from knowledge.brand import Brand, Language
from tools.money import display
from tools.payment_record import Link, PaymentRecord

HERE = Path(__file__).parent / "pages"
COOKIE = "pay_form"
TRIES = 3
TEXTS: dict[Language, dict[str, str]] = {
    "zh": {
        "pay": "确认支付",
        "live": "待支付",
        "paid": "支付成功",
        "ended": "链接已失效",
        "unknown": "没有这个支付链接",
        "paid_note": "可以关闭此页，回到对话中继续。",
        "ended_note": "请回到对话中重新获取支付链接。",
        "unknown_note": "请检查链接是否完整。",
        "order": "订单号",
        "until": "有效期至",
        "demo": "演示支付：不会产生真实扣款",
        "trouble": "暂时无法通知商家，尚未扣款，请稍后再试。",
        "form": "页面已过期，请再点一次。",
    },
    "en": {
        "pay": "Pay now",
        "live": "To pay",
        "paid": "Paid",
        "ended": "This link has lapsed",
        "unknown": "There is no such payment link",
        "paid_note": "You can close this page and go back to your conversation.",
        "ended_note": "Please ask for a new link in your conversation.",
        "unknown_note": "Please check that the address is complete.",
        "order": "Order",
        "until": "Valid until",
        "demo": "Demo payment: no money is moved",
        "trouble": "The shop cannot be told at the moment; nothing was charged. Please try again.",
        "form": "The page was too old. Please press once more.",
    },
}
Trouble = Literal["", "trouble", "form"]


@dataclass(frozen=True)
class DemoProvider:
    """Sends the shop its notice, as a real provider would: by HTTP, signed, more than once."""

    key: bytes
    notices_url: str
    clock: Callable[[], datetime]
    client: Callable[[], httpx.AsyncClient] = lambda: httpx.AsyncClient(
        timeout=10.0, trust_env=False
    )

    async def pay(self, link: Link) -> bool:
        """The customer pressed the button; true once the shop has said that it knows."""
        notice = Notice(
            token=link.token,
            order_id=link.order_id,
            amount_cents=link.amount_cents,
            currency=link.currency,
            paid_at=self.clock(),
        )
        body = notice_body(notice)
        async with self.client() as client:
            for _ in range(TRIES):
                headers = {HEADER: signed(self.key, body, self.clock())}
                try:
                    answer = await client.post(self.notices_url, content=body, headers=headers)
                except httpx.HTTPError:
                    continue
                if answer.status_code < 500:
                    return answer.status_code == 200
        return False


@dataclass(frozen=True)
class PaymentPage:
    """/pay/TOKEN, for the links of these brands."""

    record: PaymentRecord
    brands: Mapping[str, Brand]
    pay: Callable[[Link], Awaitable[bool]]

    def routes(self) -> APIRouter:
        """The page, its button and its style."""
        routes = APIRouter(include_in_schema=False, route_class=PatientRoute)
        routes.add_api_route("/pay/style.css", self.style, response_model=None)
        routes.add_api_route("/pay/{token}", self.show, response_model=None)
        routes.add_api_route("/pay/{token}", self.press, methods=["POST"], response_model=None)
        return routes

    async def style(self) -> Response:
        """How it looks."""
        return Response((HERE / "pay.css").read_bytes(), media_type="text/css")

    async def show(self, token: str, request: Request) -> Response:
        """What is to be paid, or that it is paid."""
        return await self._page(token, request)

    async def press(self, token: str, request: Request) -> Response:
        """The button: only from our own page, which knows the cookie's value."""
        form = parse_qs((await body_of(request)).decode("utf-8", "replace"))
        theirs, ours = form.get("form", [""])[0], request.cookies.get(COOKIE, "")
        if not ours or not hmac.compare_digest(ours.encode(), theirs.encode()):
            return await self._page(token, request, 403, "form")
        link = await self.record.find(token)
        if link and link.state == "live" and not await self.pay(link):
            return await self._page(token, request, 503, "trouble")
        # Relative, as a proxy may have us under another path.
        return RedirectResponse(token, 303) if link else await self._page(token, request)

    async def _page(
        self, token: str, request: Request, status: int = 200, trouble: Trouble = ""
    ) -> Response:
        link = await self.record.find(token)
        brand = self.brands.get(link.brand_id) if link else None
        if link is None or brand is None:
            link, status = None, 404
        language = _language(request, brand.language if brand else "zh")
        form = request.cookies.get(COOKIE, "")[:64] or secrets.token_urlsafe(24)
        shown: dict[str, Any] = {
            "t": TEXTS[language],
            "language": language,
            "brand": brand,
            "trouble": trouble,
        }
        if link and brand:
            shown |= {
                "link": link,
                "amount": display(link.amount_cents, link.currency, language),
                "until": link.expires_at.astimezone(brand.timezone).strftime("%H:%M"),
            }
        html = _templates().get_template("pay.html").render(shown, form=form)
        page = Response(html, status, page_headers(), "text/html; charset=utf-8")
        secure = request.url.scheme == "https"
        page.set_cookie(COOKIE, form, httponly=True, samesite="lax", secure=secure, path="/")
        return page


def _language(request: Request, otherwise: Language) -> Language:
    """The browser's, of the two there are."""
    wanted = request.headers.get("accept-language", "").strip().lower()
    if wanted.startswith("zh"):
        return "zh"
    return "en" if wanted.startswith("en") else otherwise


def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(HERE), autoescape=select_autoescape())
