"""What every WeCom channel has: the corp's line, its gate, and the outside it is given."""

from collections.abc import Callable
from datetime import datetime

import httpx

from channels.wechat.api import Api, called, token_in
from channels.wechat.crypto import Seal, key_of
from channels.wechat.gate import Gate
from channels.wechat.opening import Outside
from channels.wechat.tokens import Tokens
from channels.wecom.settings import WeChatKfBot, WeComBot


def corp_gate(bot: WeComBot | WeChatKfBot, clock: Callable[[], datetime]) -> Gate:
    """Who may call this bot's address: WeCom always seals, the echo too."""
    seal = Seal(key_of(bot.aes_key.get_secret_value()), bot.corp_id)
    return Gate(bot.token.get_secret_value(), seal, clock, sealed_echo=True)


def corp_line(bot: WeComBot | WeChatKfBot, outside: Outside) -> Api:
    """The bot's line to WeCom, whose tokens stay the same until they run out."""

    async def fetch(anew: bool) -> tuple[str, float]:  # noqa: FBT001 - the shape Tokens asks for
        del anew
        asked = httpx.QueryParams(corpid=bot.corp_id, corpsecret=bot.secret.get_secret_value())
        answer = await called(outside.http, "GET", f"{bot.api_url}/cgi-bin/gettoken?{asked}")
        return token_in(answer)

    tokens = Tokens(bot.name, outside.notebook, outside.leases, outside.clock, fetch)
    return Api(outside.http, bot.api_url, tokens)
