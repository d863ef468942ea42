"""Deciding with native tool calls, for models large enough to make them well."""

from langchain_core.utils.function_calling import convert_to_openai_tool

from agent.decide import history
from agent.memory import Memory
from agent.model import Message, Request
from agent.prompts import Prompts
from knowledge.brand import ToolName
from tools.toolbox import TOOLS


def native_request(
    prompts: Prompts, memory: Memory, text: str, tools: tuple[ToolName, ...]
) -> Request:
    """The decide step for a model that calls tools itself; its calls are validated as well."""
    offered = [convert_to_openai_tool(tool) for tool in TOOLS if tool.name in tools]
    user = f"{history(memory, prompts.language)}{prompts.customer}{text}"
    return Request(
        messages=(Message("system", prompts.native), Message("user", user)),
        max_tokens=400,
        tools=tuple(offered),
    )
