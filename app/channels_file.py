"""Reading channels.toml: which bots there are, for which brand, and where their secrets are."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from dotenv import dotenv_values
from pydantic import BaseModel, SecretStr, ValidationError

from app.bots import BOTS, Bot

_WHERE = ("_env", "_file")


class ChannelsError(ValueError):
    """The channels file has a mistake; the message names file, bot and key."""


def load_bots(
    file: Path, brand: Path, kinds: Mapping[str, type[BaseModel]] | None = None
) -> tuple[Bot, ...]:
    """The bots of a channels file; without one, a web chat for `brand`.

    Raises:
        ChannelsError: it cannot be read, or a key is not as documented.
    """
    known = BOTS if kinds is None else kinds
    if not file.exists():
        return (_checked(file, "web", known["web"], {"name": "web", "brand": brand, "demo": True}),)
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ChannelsError(f"{file}: {error}") from error
    tables = content.pop("bot", None)
    if content or not isinstance(tables, list) or not tables:
        raise ChannelsError(
            f"{file}: expected [[bot]] tables and nothing else, see docs/running.md"
        )
    bots = tuple(_bot(file, number, table, known) for number, table in enumerate(tables, 1))
    names = [bot.name for bot in bots]
    for name in names:
        if names.count(name) > 1:
            raise ChannelsError(f"{file}: two bots are called {name!r}; expected different names")
    return bots


def _bot(file: Path, number: int, table: object, kinds: Mapping[str, type[BaseModel]]) -> Bot:
    if not isinstance(table, dict):
        raise ChannelsError(f"{file}: bot {number}: expected a [[bot]] table")
    name = str(table.get("name", f"bot {number}"))
    kind = table.get("channel")
    if not isinstance(kind, str) or kind not in kinds:
        raise ChannelsError(
            f"{file}: {name}: channel: expected one of {', '.join(kinds)}, found {kind!r}"
        )
    model = kinds[kind]
    values = dict(table)
    for key in [key for key in values if key.endswith(_WHERE) and key not in model.model_fields]:
        field = key.rpartition("_")[0]
        values[field] = _secret(file, name, key, values.pop(key), field in table)
    for field, about in model.model_fields.items():
        if field in table and "SecretStr" in str(about.annotation):
            raise ChannelsError(
                f"{file}: {name}: {field}: a secret does not belong here; write {field}_env = "
                f'"NAME_OF_A_VARIABLE" or {field}_file = "path"'
            )
    return _checked(file, name, model, values)


def _secret(file: Path, name: str, key: str, where: object, twice: bool) -> SecretStr:  # noqa: FBT001
    if twice or not isinstance(where, str) or not where:
        raise ChannelsError(f"{file}: {name}: {key}: expected a name, given once")
    if key.endswith("_file"):
        path = file.parent / where
        try:
            return SecretStr(path.read_text("utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            raise ChannelsError(f"{file}: {name}: {key}: {path} cannot be read") from error
    # The names of these variables are the shop's own, so no field of the settings can hold them.
    value = os.environ.get(where) or dotenv_values(".env").get(where)  # noqa: TID251
    if not value:
        raise ChannelsError(f"{file}: {name}: {key}: the variable {where} is not set")
    return SecretStr(value)


def _checked(file: Path, name: str, model: type[BaseModel], values: dict[str, Any]) -> Bot:
    try:
        return cast("Bot", model.model_validate(values))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "bot"
        words = first["msg"].removeprefix("Value error, ")
        raise ChannelsError(f"{file}: {name}: {where}: {words}") from None
