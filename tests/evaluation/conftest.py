"""A small brand, and replies made up of only what a test is about."""

from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent.reply import Reply
from evaluation.cases import Case
from evaluation.judging import Answered
from knowledge.brand import Brand, PaymentSettings, Product, WorkingHours


@pytest.fixture
def brand(tmp_path: Path) -> Brand:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "returns.md").write_text("七天无理由", encoding="utf-8")
    return Brand(
        folder=tmp_path,
        id="test",
        name="测试店",
        agent_name="小测",
        language="zh",
        industry="cosmetics",
        persona="亲切",
        greeting="您好",
        unknown="请稍等，我请同事确认。",
        currency="CNY",
        timezone=ZoneInfo("Asia/Shanghai"),
        tools=("lookup_order",),
        orders_source="demo",
        payment=PaymentSettings("demo", ("localhost",)),
        hours=WorkingHours(time(9), time(21)),
        products=(
            Product("R-30", "玫瑰精华 30ml", ("小粉瓶",), "", 16_800, "CNY", 9, "", (), ""),
            Product("V-20", "VC精华 20ml", ("小橙瓶",), "", 23_900, "CNY", 9, "", (), ""),
        ),
        demo_orders=(),
        examples=(),
    )


def reply_with(text: str = "好的", **fields: Any) -> Reply:
    timings = {"first_token_ms": 100, "total_ms": 200, "model_ms": 150, "own_ms": 10}
    return Reply.model_validate(
        {
            "conversation": "c",
            "turn": 1,
            "text": text,
            "language": "zh",
            "model": "scripted:test",
            "timings": timings,
            **fields,
        }
    )


@pytest.fixture
def reply() -> Callable[..., Reply]:
    return reply_with


@pytest.fixture
def case() -> Callable[..., Case]:
    def make(case_id: str, *turns: tuple[str, dict[str, Any]], **fields: Any) -> Case:
        asked = [{"user": user, "expect": expect} for user, expect in turns]
        return Case.model_validate({"id": case_id, "turns": asked, **fields})

    return make


class Script:
    """Answers from a table of question and reply; an exception there is raised. Keeps a ledger."""

    def __init__(self, replies: dict[str, Any], evidence: tuple[str, ...] = ()) -> None:
        self._replies = replies
        self._evidence = evidence
        self.asked: list[tuple[str, str, str | None]] = []

    async def answer(self, conversation: str, text: str, customer: str | None) -> Answered:
        self.asked.append((conversation, text, customer))
        answer = self._replies[text]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        call = {"purpose": "decide", "total_ms": 40.0}
        return Answered(answer, self._evidence, (call,))


@pytest.fixture
def script() -> type[Script]:
    return Script
