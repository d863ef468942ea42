"""Opening a model by its name."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent.chat_model import ChatModel
from agent.early_layers import first_layers
from agent.embedded import CACHE_TYPES, EmbeddedOptions, EmbeddedServer, start_embedded
from agent.grammar import compact_grammar
from agent.model import Model, ModelDownError
from agent.model_files import DEFAULT_MODEL
from agent.model_http import TimeLimits
from agent.ollama import OllamaWire
from agent.openai_style import OpenAiWire
from agent.probing import Probe, Probing, read_probe
from agent.scripted import ScriptedModel
from agent.warmth import Warmth
from agent.weights import fetch

Progress = Callable[[int, int, str], None]

# One for each language's prompt.
_EARLY_SLOTS = 2
_log = logging.getLogger(__name__)

SPEC_FORMS = "embedded, embedded:NAME, ollama:NAME, openai:NAME or scripted:FILE"


class ModelSpecError(ValueError):
    """The name of a model is not one of the known forms; the message lists them."""


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """What models are opened with.

    `threads` 0 means one per core. `context_tokens` is for one prompt with its answer. `mirror` is
    a URL or folder with model files by name.
    """

    cache_dir: Path
    mirror: str = ""
    threads: int = 0
    slots: int = 3
    context_tokens: int = 2560
    connect_seconds: float = 5.0
    first_token_seconds: float = 60.0
    total_seconds: float = 120.0
    ollama_url: str = "http://127.0.0.1:11434"
    openai_url: str = "http://127.0.0.1:8000/v1"
    openai_key: str = "none"


async def open_model(spec: str, options: ModelOptions, progress: Progress | None = None) -> Model:
    """The model of that name, ready to answer; whoever opens it closes it.

    An embedded model is fetched first if it is not there yet, and loaded: open it once and hand it
    down, each opening takes its own memory.

    Raises:
        ModelSpecError: no such form of name, or no such embedded model.
        ModelDownError: its file cannot be had or loaded, or recorded answers cannot be read.
    """
    kind, _, name = spec.partition(":")
    limits = TimeLimits(options.connect_seconds, options.first_token_seconds, options.total_seconds)
    match kind, name:
        case "embedded", _:
            return await _embedded(name or DEFAULT_MODEL, options, limits, progress)
        case "ollama", str() if name:
            wire = OllamaWire(name, options.ollama_url, options.context_tokens, limits)
            return ChatModel(spec, wire, limits)
        case "openai", str() if name:
            served = OpenAiWire(name, options.openai_url, options.openai_key, limits)
            return ChatModel(spec, served, limits)
        case "scripted", str() if name:
            return ScriptedModel.from_file(Path(name))
    raise ModelSpecError(f"There is no model {spec!r}: say {SPEC_FORMS}.")


async def _embedded(
    name: str, options: ModelOptions, limits: TimeLimits, progress: Progress | None
) -> Model:
    file = await _weights(name, options, progress)
    prompts_dir = options.cache_dir / "prompts"
    try:
        probe = read_probe(Path(name.removesuffix(".gguf")).name)
    except ValueError as error:
        raise ModelSpecError(str(error)) from error
    server = await start_embedded(
        file,
        EmbeddedOptions(options.threads, options.slots, options.context_tokens, prompts_dir),
    )
    wire = OpenAiWire(
        name, server.url, server.key, limits, constraint=compact_grammar, on_close=server.stop
    )
    warmth = _warmth(server, file, options.slots, options)
    probing = await _probing(file, probe, options, progress) if probe else None
    return ChatModel(f"embedded:{name}", wire, limits, warmth, probing)


async def _probing(
    file: Path, probe: Probe, options: ModelOptions, progress: Progress | None
) -> Probing | None:
    """A server of the layers that the probe reads; None, and a line in the log, if it fails."""
    folder = options.cache_dir / "layers"
    try:
        early = await asyncio.to_thread(first_layers, file, probe.layers, folder, progress)
        server = await start_embedded(
            early,
            EmbeddedOptions(
                options.threads, _EARLY_SLOTS, options.context_tokens, options.cache_dir / "prompts"
            ),
        )
    except (OSError, ValueError, ModelDownError) as error:
        _log.warning("The model goes by its word, which is less often right: %s", error)
        return None
    warmth = _warmth(server, early, _EARLY_SLOTS, options)
    return Probing(server.address, server.key, probe, warmth, server.stop)


def _warmth(server: EmbeddedServer, file: Path, slots: int, options: ModelOptions) -> Warmth:
    setup = f"{file.name} {slots} {options.context_tokens} {CACHE_TYPES}"
    return Warmth(server.address, server.key, options.cache_dir / "prompts", setup)


async def _weights(name: str, options: ModelOptions, progress: Progress | None) -> Path:
    if name.endswith(".gguf"):
        return _own_file(name)
    return await fetch(name, options.cache_dir, options.mirror, progress)


def _own_file(name: str) -> Path:
    file = Path(name).expanduser()
    if not file.is_file():
        raise ModelSpecError(f"There is no model file {file}.")
    return file
