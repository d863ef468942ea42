"""A model of ours as LangChain's agents want one: a chat model that may call tools.

Tool calls and their results become text as Qwen's own chat template writes them, so that any model
can be asked. A small coder model writes its calls as fenced JSON, in the text: they are read there.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolCall, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent.model import Message, Model, Request

MAX_TOKENS = 300
_FENCED = re.compile(r"```(?:json)?\s*(.*?)```|<tool_call>(.*?)</tool_call>", re.S)


class PlainChatModel(BaseChatModel):
    """Asks `asked`; offers it the tools bound, and reads its calls leniently."""

    asked: Any  # a Model; pydantic cannot check a protocol
    offered: tuple[dict[str, Any], ...] = ()

    @property
    def _llm_type(self) -> str:
        return "digital-human"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        **_: Any,
    ) -> Runnable[Any, AIMessage]:
        """The same model with tools to call."""
        return self.model_copy(update={"offered": tuple(map(convert_to_openai_tool, tools))})

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError("Ask it with ainvoke.")

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 - LangChain's signature
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **_: Any,
    ) -> ChatResult:
        model: Model = self.asked
        request = Request(tuple(map(_message, messages)), MAX_TOKENS, tools=self.offered)
        completion = await model.complete(request)
        calls = [_call(call.name, call.args) for call in completion.tool_calls]
        calls = calls or written_calls(completion.text, _names(self.offered))
        said = AIMessage("" if calls else completion.text, tool_calls=calls)
        return ChatResult(generations=[ChatGeneration(message=said)])


def written_calls(text: str, names: frozenset[str]) -> list[ToolCall]:
    """Calls of known tools that the model wrote as JSON, fenced, tagged or bare."""
    pieces = [fenced or tagged for fenced, tagged in _FENCED.findall(text)] or [text]
    calls = []
    for piece in pieces:
        for value in _values(piece):
            name = value.get("name")
            args = value.get("arguments", value.get("parameters", {}))
            if name in names and isinstance(args, dict):
                calls.append(_call(str(name), args))
    return calls


def _values(piece: str) -> list[dict[str, Any]]:
    """One JSON value, or one a line."""
    for lines in ([piece], piece.strip().splitlines()):
        try:
            parsed = [json.loads(line) for line in lines if line.strip()]
        except (json.JSONDecodeError, RecursionError):
            continue
        flat = [v for value in parsed for v in (value if isinstance(value, list) else [value])]
        return [value for value in flat if isinstance(value, dict)]
    return []


def _call(name: str, args: dict[str, Any]) -> ToolCall:
    return ToolCall(name=name, args=args, id=uuid4().hex, type="tool_call")


def _names(offered: tuple[dict[str, Any], ...]) -> frozenset[str]:
    return frozenset(tool["function"]["name"] for tool in offered)


def _message(message: BaseMessage) -> Message:
    text = str(message.content)
    if isinstance(message, SystemMessage):
        return Message("system", text)
    if isinstance(message, ToolMessage):
        return Message("user", f"<tool_response>\n{text}\n</tool_response>")
    if isinstance(message, AIMessage):
        calls = [
            json.dumps({"name": call["name"], "arguments": call["args"]}, ensure_ascii=False)
            for call in message.tool_calls
        ]
        tagged = [f"<tool_call>\n{call}\n</tool_call>" for call in calls]
        return Message("assistant", "\n".join([*([text] if text else []), *tagged]))
    return Message("user", text)
