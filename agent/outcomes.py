"""What came of tool calls, as the journal keeps it and as the turn uses it."""

from collections.abc import Awaitable
from typing import Any

from agent.evidence import merged
from agent.turn_state import Result
from tools.artifacts import Artifact, Evidence, artifact_adapter
from tools.context import ShopDownError, ToolContext, ToolRefusedError
from tools.run import run_tool

Given = tuple[str, Artifact]


async def outcome(work: Awaitable[Given | Artifact]) -> dict[str, Any]:
    """A tool's outcome as plain JSON; a refusal and a shop that is down are outcomes too."""
    try:
        value = await work
    except ToolRefusedError as error:
        return {"refused": error.code, "text": str(error)}
    except ShopDownError as error:
        return {"refused": "shop_down", "text": str(error)}
    text, artifact = value if isinstance(value, tuple) else ("", value)
    return {"text": text, "artifact": artifact_adapter.dump_python(artifact, mode="json")}


def result_of(tool: str, args: dict[str, Any], body: dict[str, Any]) -> Result:
    """The result that such an outcome is."""
    if "refused" in body:
        return Result(tool, args, body["text"], None, body["refused"])
    return Result(tool, args, body["text"], artifact_adapter.validate_python(body["artifact"]))


async def search(args: dict[str, Any], call_id: str, tools: ToolContext) -> Given:
    """A search by itself, behind the questions that it leans on, or in several wordings."""
    if "behind" in args:
        return await _search_both(args, call_id, tools)
    if "also" in args:
        return await _several_searches(args, call_id, tools)
    return await run_tool("search_knowledge", {"query": args["query"]}, call_id, tools)


async def _search_both(args: dict[str, Any], call_id: str, tools: ToolContext) -> Given:
    """A question by itself, and behind those that it leans on."""
    alone, whole = [
        (await run_tool("search_knowledge", {"query": query}, call_id, tools))[1]
        for query in (args["query"], args["behind"])
    ]
    if not isinstance(alone, Evidence) or not isinstance(whole, Evidence):
        return "", alone
    found = merged(whole, (alone,), args["less"])
    return "", found.model_copy(update={"asked": args["query"]})


async def _several_searches(args: dict[str, Any], call_id: str, tools: ToolContext) -> Given:
    """One search in several wordings."""
    found = [
        (await run_tool("search_knowledge", {"query": query}, call_id, tools))[1]
        for query in (args["query"], *args["also"])
    ]
    first, *others = [one for one in found if isinstance(one, Evidence)]
    return "", merged(first, others)
