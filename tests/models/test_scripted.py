"""Recorded answers."""

from pathlib import Path

import pytest

from agent.model import Message, ModelDownError, Request, ToolCall
from agent.scripted import NothingRecordedError, RecordedAnswer, RecordedCall, ScriptedModel
from tests.models.conftest import ask


async def test_answers_come_in_order_and_in_pieces() -> None:
    heard: list[str] = []
    model = ScriptedModel(["您好，请问有什么可以帮您？", "再见"])
    first = await model.complete(ask(), heard.append)
    second = await model.complete(ask())
    assert "".join(heard) == first.text == "您好，请问有什么可以帮您？"
    assert len(heard) > 2
    assert second.text == "再见"
    assert [request.messages[-1].text for request in model.requests] == ["你好", "你好"]


async def test_an_answer_is_given_where_it_fits() -> None:
    model = ScriptedModel(
        [
            RecordedAnswer(kind="decide", text="{}"),
            RecordedAnswer(match="退货", text="七天"),
            RecordedAnswer(text="其他"),
        ]
    )
    assert (await model.complete(ask("你好"))).text == "其他"
    assert (await model.complete(ask("怎么退货"))).text == "七天"
    assert (await model.complete(ask("你好", schema={"type": "object"}))).text == "{}"


async def test_only_the_last_words_of_the_user_are_matched() -> None:
    model = ScriptedModel([RecordedAnswer(match="退货", text="七天")])
    past = (Message("user", "退货"), Message("assistant", "好"), Message("user", "谢谢"))
    with pytest.raises(NothingRecordedError, match="谢谢"):
        await model.complete(Request(past, max_tokens=5))


async def test_a_recorded_tool_call_is_given_as_such() -> None:
    call = RecordedCall(name="lookup_order", args={"order_id": "A1"})
    model = ScriptedModel([RecordedAnswer(tool_calls=(call,))])
    done = await model.complete(ask())
    assert done.tool_calls == (ToolCall("lookup_order", {"order_id": "A1"}),)
    assert done.finish_reason == "tool_calls"


async def test_a_file_of_answers_is_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text('{"text": "您好"}\n\n{"match": "再见", "text": "慢走"}\n', "utf-8")
    model = ScriptedModel.from_file(file)
    assert model.spec == f"scripted:{file}"
    assert (await model.complete(ask("再见"))).text == "您好"
    assert (await model.complete(ask("再见"))).text == "慢走"
    await model.close()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"txt": "您好"}', "txt"),
        ('{"text": ', "2: "),
        ('{"kind": "guess", "text": "x"}', "kind"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text('{"text": "您好"}\n' + line, "utf-8")
    with pytest.raises(ModelDownError, match=r"answers\.jsonl:2") as caught:
        ScriptedModel.from_file(file)
    assert told in str(caught.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "answers.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelDownError, match="cannot be read"):
        ScriptedModel.from_file(file)
