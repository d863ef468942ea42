"""Conversations with a small lamp shop, for operators to learn from."""

from tests.agent.conftest import talk

__all__ = ["talk"]
