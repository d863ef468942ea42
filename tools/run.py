"""Running one tool call that the model proposed."""

from typing import Any

from langchain.tools import ToolRuntime
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from pydantic import BaseModel, ValidationError

from tools.artifacts import Artifact
from tools.context import ToolContext, ToolRefusedError
from tools.refusals import refusal
from tools.toolbox import enabled


async def run_tool(
    name: str, args: dict[str, Any], call_id: str, context: ToolContext
) -> tuple[str, Artifact]:
    """The tool's text for the model, and what the customer gets.

    Raises:
        ToolRefusedError: the tool will not do it, is not switched on, or the arguments are wrong.
        ShopDownError: the shop's orders or payments cannot be reached.
    """
    tool = next((tool for tool in enabled(context.brand) if tool.name == name), None)
    if tool is None:
        raise refusal("disabled", context.language)
    checked = _checked(tool, args, context)
    call = {
        "type": "tool_call",
        "name": name,
        "args": {**checked, "runtime": _runtime(call_id, context)},
        "id": call_id,
    }
    message: ToolMessage = await tool.ainvoke(call)
    artifact: Artifact = message.artifact
    return str(message.content), artifact


def _checked(tool: BaseTool, args: dict[str, Any], context: ToolContext) -> dict[str, Any]:
    """The arguments by the tool's own schema; one that it does not have is no argument at all."""
    schema = tool.tool_call_schema
    if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        raise TypeError(f"{tool.name} has no pydantic schema")
    # LangChain drops what it does not know, and would take a `runtime` of the model's own making.
    unknown = sorted(set(args) - set(schema.model_fields))
    if unknown:
        raise _bad_arguments(context, f"{unknown[0]!r}?")
    try:
        return schema.model_validate(args).model_dump()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise _bad_arguments(context, f"{where}: {first['msg']}") from None


def _bad_arguments(context: ToolContext, problem: str) -> ToolRefusedError:
    return refusal("bad_arguments", context.language, problem=problem)


def _runtime(call_id: str, context: ToolContext) -> ToolRuntime[ToolContext, Any]:
    return ToolRuntime(
        state={},
        context=context,
        config={},
        stream_writer=lambda _: None,
        tool_call_id=call_id,
        store=None,
    )
