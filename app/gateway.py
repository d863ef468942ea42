"""The HTTP side: what a load balancer asks, metrics, and the routes of channels and payments."""

import asyncio
import secrets
from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from agent.delivery_tables import inbox, outbox
from agent.streams_redis import set_up_faults
from app.body_limit import BodyLimit
from app.console_site import open_console
from app.live_brands import BrandsNow
from app.paid_notices import PaidNotices
from app.payment_page import DemoProvider, PaymentPage
from app.schema import is_current
from app.service import Service
from app.settings import Settings
from app.web_sites import LiveSites, open_sites
from channels.web.router import router as web_router
from console.router import router as console_router
from tools.payment_record import PaymentRecord

_METRICS = "text/plain; version=0.0.4; charset=utf-8"


async def build_app(
    service: Service, payment_page: str, closing: asyncio.Event, settings: Settings | None = None
) -> FastAPI:
    """All routes of this process. Streams that are open end when `closing` is set."""
    app = FastAPI(title="digital-human", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(BodyLimit)
    health = Health(service)
    for path, endpoint in (
        ("/healthz", health.alive),
        ("/readyz", health.ready),
        ("/metrics", health.metrics),
    ):
        app.add_api_route(path, endpoint, response_model=None)
    agents = service.learning.brands.agents
    sites = await open_sites(service.bots, service.inbox, service.around)
    app.include_router(web_router(LiveSites(sites, BrandsNow(agents)), closing))
    for bot in service.bots:
        if bot.open.routes:
            app.include_router(bot.open.routes(service.inbox))
    app.include_router(console_router(open_console(service, settings or Settings(), closing)))
    await _payments(app, service, payment_page)
    return app


async def _payments(app: FastAPI, service: Service, payment_page: str) -> None:
    """The demo provider's page, and the notices it sends to us."""
    around = service.around
    key = (await around.notebook.first("pay", "notice key", secrets.token_hex(32))).encode()
    record = PaymentRecord(around.database.engine, around.clock)
    running = {one.running.agent.brand.id: one.running for one in service.bots}
    brands = BrandsNow(service.learning.brands.agents)
    payments = {name: one.payments for name, one in running.items()}
    provider = DemoProvider(key, f"{payment_page.rstrip('/')}/notices", around.clock)
    notices = PaidNotices(key, record, payments, service.announcer.paid, around.clock)
    app.include_router(notices.routes())
    app.include_router(PaymentPage(record, brands, provider.pay).routes())


class Health:
    """Whether it runs, whether it can serve, and its figures."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def alive(self) -> JSONResponse:
        """The process answers."""
        return JSONResponse({"status": "ok"})

    async def ready(self) -> JSONResponse:
        """200 if customers can be served; what is slower than it could be is said all the same."""
        database = await self._database()
        found = {
            "database": database,
            "redis": await self._redis(),
            "model": "down" if self._service.breaker.resting else "ok",
        }
        ready = database == "ok"
        return JSONResponse({"ready": ready, **found}, 200 if ready else 503)

    async def metrics(self) -> Response:
        """Figures for Prometheus."""
        try:
            queues = await self._queues()
        except (SQLAlchemyError, OSError):
            queues = {}
        return Response(self._service.metrics.text(queues), media_type=_METRICS)

    async def _database(self) -> str:
        try:
            current = await is_current(self._service.common.database)
        except (SQLAlchemyError, OSError) as error:
            return f"down: {type(error).__name__}"
        return "ok" if current else "has another version's tables"

    async def _redis(self) -> Any:
        redis = self._service.redis
        if redis is None:
            return "not used"
        try:
            faults = await set_up_faults(redis.redis)
        except (RedisError, OSError) as error:
            return f"down, so slower; nothing is lost: {type(error).__name__}"
        return list(faults) or "ok"

    async def _queues(self) -> dict[str, int]:
        unread = select(func.count()).where(inbox.c.state == "new")
        letters = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        states = ("waiting", "sending", "delivery_unknown", "dead")
        async with self._service.common.database.reading() as connection:
            queues = {"inbox": await connection.scalar(unread) or 0}
            rows = {row[0]: row[1] for row in (await connection.execute(letters)).all()}
        return queues | {f"outbox_{state}": rows.get(state, 0) for state in states}
