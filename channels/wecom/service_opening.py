"""Putting a customer-service channel together, and the address that WeCom calls for it."""

from fastapi import APIRouter

from agent.channel import Inbox
from channels.wechat.budget import Budget
from channels.wechat.decisions import Decisions
from channels.wechat.opening import Outside, visitors_of
from channels.wechat.pictures import Pictures
from channels.wechat.routes import callbacks
from channels.wechat.xml import Fields
from channels.wecom.corp import corp_gate, corp_line
from channels.wecom.service import WeChatService
from channels.wecom.sessions import Sessions
from channels.wecom.settings import WeChatKfBot
from channels.wecom.sync import Sync


def open_service(bot: WeChatKfBot, outside: Outside) -> WeChatService:
    """The channel of one customer-service account."""
    notebook, clock = outside.notebook, outside.clock
    api = corp_line(bot, outside)
    return WeChatService(
        bot,
        corp_gate(bot, clock),
        api,
        Pictures(bot.brand, bot.name, api, notebook, clock),
        Budget(notebook, bot.name, clock),
        visitors_of(bot.name, bot.identity_secret, bot.signed_in_days, outside),
        Decisions(notebook, bot.name),
        Sessions(notebook, bot.name, bot.open_kfid, api),
        Sync(bot.name, bot.open_kfid, api, notebook, outside.leases, clock),
    )


def service_router(service: WeChatService, inbox: Inbox) -> APIRouter:
    """The address that WeCom calls; what it calls about is fetched by `receive`."""
    del inbox

    async def letter(fields: Fields, nonce: str) -> str:
        del nonce
        ours = fields.get("OpenKfId", service.bot.open_kfid) == service.bot.open_kfid
        if fields.get("Event") == "kf_msg_or_event" and ours:
            await service.sync.call(fields.get("Token", "")[:128])
        return ""

    return callbacks(service.bot.path, service.gate, letter)
