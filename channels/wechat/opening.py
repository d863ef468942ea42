"""Putting an Official Account's channel together from its settings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from pydantic import SecretStr

from agent.channel_state import Leases, Notebook
from channels.wechat.account import WeChatAccount
from channels.wechat.api import Api, called, token_in
from channels.wechat.budget import Budget
from channels.wechat.crypto import Seal, key_of
from channels.wechat.decisions import Decisions
from channels.wechat.gate import Gate
from channels.wechat.passive import PassiveAccount
from channels.wechat.pictures import Pictures
from channels.wechat.settings import WeChatBot
from channels.wechat.tokens import Tokens
from channels.wechat.tray import Trays
from channels.wechat.visitors import Visitors


@dataclass(frozen=True)
class Outside:
    """What a channel is given: its line, its notes, its duties, its clock."""

    http: httpx.AsyncClient
    notebook: Notebook
    leases: Leases
    clock: Callable[[], datetime]


def open_account(bot: WeChatBot, outside: Outside) -> WeChatAccount | PassiveAccount:
    """The channel of an account, by what it may do."""
    api = _line(bot, outside)
    gate = _gate(bot, outside.clock)
    pictures = Pictures(bot.brand, bot.name, api, outside.notebook, outside.clock)
    visitors = visitors_of(bot.name, bot.identity_secret, bot.signed_in_days, outside)
    if bot.replies == "passive":
        trays = Trays(outside.notebook, bot.name)
        return PassiveAccount(bot, gate, pictures, trays, visitors)
    budget = Budget(outside.notebook, bot.name, outside.clock)
    decisions = Decisions(outside.notebook, bot.name)
    return WeChatAccount(bot, gate, api, pictures, budget, visitors, decisions)


def _gate(bot: WeChatBot, clock: Callable[[], datetime]) -> Gate:
    key = bot.aes_key.get_secret_value() if bot.aes_key and bot.mode != "plain" else None
    seal = Seal(key_of(key), bot.app_id) if key else None
    return Gate(bot.token.get_secret_value(), seal, clock)


def visitors_of(bot: str, secret: SecretStr | None, days: int, outside: Outside) -> Visitors:
    """Who is signed in in this bot's chats."""
    key = secret.get_secret_value().encode() if secret else None
    return Visitors(outside.notebook, bot, key, timedelta(days=days), outside.clock)


def _line(bot: WeChatBot, outside: Outside) -> Api:
    # The "stable" tokens: other programs that fetch tokens of this account do not end them.
    secret = bot.app_secret.get_secret_value() if bot.app_secret else ""

    async def fetch(anew: bool) -> tuple[str, float]:  # noqa: FBT001 - the shape Tokens asks for
        content = {
            "grant_type": "client_credential",
            "appid": bot.app_id,
            "secret": secret,
            "force_refresh": anew,
        }
        url = f"{bot.api_url}/cgi-bin/stable_token"
        answer = await called(outside.http, "POST", url, json=content)
        return token_in(answer)

    tokens = Tokens(bot.name, outside.notebook, outside.leases, outside.clock, fetch)
    return Api(outside.http, bot.api_url, tokens)
