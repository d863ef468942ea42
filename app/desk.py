"""One customer at one brand's counter: what the terminal talks to."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.reply import Reply
from agent.turn import Agent
from tools.context import ToolRefusedError
from tools.payments import DemoPayments

HELP = """/paid [链接]   演示：把最近一个付款链接付掉  (demo: pay the last link)
/who [客户]    换一位顾客，/who 不带名字则为未登录  (be another customer, or nobody)
/new           开始新的对话  (a new conversation)
/id            这段对话的编号，可用于 replay  (the id of this conversation)
/quit          离开  (leave)"""


def new_conversation() -> str:
    """A fresh conversation id."""
    return f"c-{secrets.token_hex(6)}"


@dataclass
class Counter:
    """Keeps who is talking and in which conversation."""

    agent: Agent
    payments: DemoPayments | None
    customer: str | None
    conversation: str = field(default_factory=new_conversation)
    last_link: str = ""

    async def answer(self, text: str, show: Callable[[str], None]) -> Reply:
        """Answer within the present conversation."""
        reply = await self.agent.answer(self.conversation, text, self.customer, show)
        if reply.payment:
            self.last_link = reply.payment.url
        return reply

    async def command(self, line: str) -> str | None:  # noqa: PLR0911 - one return a command
        """Carry out a /command; None leaves."""
        name, _, rest = line.partition(" ")
        match name:
            case "/quit" | "/exit" | "/q":
                return None
            case "/paid":
                return await self._pay(rest.strip() or self.last_link)
            case "/who":
                self.customer = rest.strip() or None
                self.conversation = new_conversation()
                return f"现在的顾客：{self.customer or '未登录'} (customer: {self.customer or '-'})"
            case "/new":
                self.conversation = new_conversation()
                return f"新的对话 (new conversation): {self.conversation}"
            case "/id":
                return self.conversation
            case _:
                return HELP

    async def _pay(self, link: str) -> str:
        if not self.payments:
            return "只有演示支付可以这样付款。(Only the demo provider can be paid here.)"
        if not link:
            return "还没有付款链接。(There is no payment link yet.)"
        try:
            order = await self.payments.paid(link)
        except ToolRefusedError as error:
            return str(error)
        return f"已付款：订单 {order.order_id} (paid)"
