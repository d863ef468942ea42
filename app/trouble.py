"""Errors that a person can do something about: one line each, exit status 1."""

import httpx
from sqlalchemy.exc import SQLAlchemyError

from agent.journal import ReplayDivergedError
from agent.model import ModelDownError, PromptTooLongError
from tools.context import ShopDownError, ToolRefusedError

EXPECTED_TROUBLE = (
    ValueError,
    OSError,
    ModelDownError,
    PromptTooLongError,
    ReplayDivergedError,
    ShopDownError,
    ToolRefusedError,
    SQLAlchemyError,
    httpx.HTTPError,
)


def one_line(error: BaseException) -> str:
    """The error's message without line breaks."""
    return " ".join(str(error).split()) or type(error).__name__
