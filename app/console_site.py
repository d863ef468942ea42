"""Putting the console together from what else is open."""

import asyncio

from app.openid import OpenId
from app.service import Service
from app.settings import Settings
from app.web_sites import images_of
from console.site import BotDesk, BrandDesk, Console


def open_console(service: Service, settings: Settings, closing: asyncio.Event) -> Console:
    """The console over everything that this process serves."""
    around = service.around
    return Console(
        database=around.database,
        brands={
            running.agent.brand.id: BrandDesk(
                running.agent, running.knowledge, running.payments, images_of(running.agent.brand)
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
    )


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
