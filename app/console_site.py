"""Putting the console together from what else is open."""

import asyncio
from datetime import tzinfo
from zoneinfo import ZoneInfo

from app.openid import OpenId
from app.service import Service
from app.settings import Settings
from console.site import BotDesk, BrandDesk, Console


def open_console(service: Service, settings: Settings, closing: asyncio.Event) -> Console:
    """The console over everything that this process serves."""
    around = service.around
    return Console(
        database=around.database,
        brands={
            running.agent.brand.id: BrandDesk(
                running.agent.brand.id,
                service.learning.brands.agents,
                running.knowledge,
                running.payments,
            )
            for running in (one.running for one in service.bots)
        },
        bots={
            one.bot.name: BotDesk(one.bot.channel, one.running.agent.brand.id, one.channel)
            for one in service.bots
        },
        streams=around.streams,
        clock=around.clock,
        closing=closing,
        session_hours=settings.console_session_hours,
        lessons=service.learning.lessons,
        vouching=_vouching(service, settings),
        origins=tuple(part for part in settings.console_origins.split(",") if part),
        zone=_zone(service, settings),
    )


def _zone(service: Service, settings: Settings) -> tzinfo:
    """The one that is set, else that of the first brand."""
    if settings.console_timezone:
        return ZoneInfo(settings.console_timezone)
    return service.bots[0].running.agent.brand.timezone


def _vouching(service: Service, settings: Settings) -> OpenId | None:
    if not settings.oidc_issuer:
        return None
    return OpenId(
        settings.oidc_issuer,
        settings.oidc_client,
        settings.oidc_secret.get_secret_value(),
        settings.oidc_claim,
        service.around.http,
    )
