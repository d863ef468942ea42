"""A Qwen inside this process: llama.cpp's own server, on loopback."""

import asyncio
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.grammar import compact_grammar as compact_grammar
from agent.model import ModelDownError

# What the cache holds, as set below; a saved cache of another kind is of no use.
CACHE_TYPES = "k:q8_0 v:f16 fa:off"


@dataclass(frozen=True, slots=True)
class EmbeddedOptions:
    """`threads` 0: one per core. `context_tokens` is what one of the `slots` holds.

    `cache_dir` is where the caches of fixed prompts are kept; without it they are not.
    """

    threads: int = 0
    slots: int = 3
    context_tokens: int = 2560
    cache_dir: Path | None = None


class EmbeddedServer:
    """A running server. It ends with this process at the latest: it has no process of its own."""

    def __init__(self, server: Any, key: str) -> None:
        self._server = server
        self.address = str(server.listening_address)
        self.url = f"{self.address}/v1"
        self.key = key

    async def stop(self) -> None:
        """Stop serving and free the memory; safe to call twice.

        Connections must be closed first: stopping waits for requests that are still read.
        """
        server, self._server = self._server, None
        if server is not None:
            # Letting go of the last reference is what stops it; that takes as long as the batch
            # of tokens that is being computed.
            del server


async def start_embedded(file: Path, options: EmbeddedOptions) -> EmbeddedServer:
    """Load the model and serve it on a free loopback port, under a key made for this run.

    Raises:
        ModelDownError: the file cannot be loaded.
    """
    key = secrets.token_hex(16)
    llama = _llama()
    if options.cache_dir is not None:
        await asyncio.to_thread(options.cache_dir.mkdir, parents=True, exist_ok=True)
    params = _params(llama, file, options, key)
    try:
        # Loading takes a second or two and would hold up everybody else on the event loop.
        server = await asyncio.to_thread(llama.Server, params)
    except RuntimeError as error:
        raise ModelDownError(
            f"{file} cannot be loaded ({error}): is it a GGUF file, and is there enough memory?"
        ) from error
    return EmbeddedServer(server, key)


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _llama() -> Any:
    """The library, loaded on first use.

    Its threads spin while they wait for each other, and are 40 times slower as soon as anything
    else wants a core; threads that sleep at once write a third slower. A thousand turns (GNU's
    OpenMP) write as fast as endless ones and lose nothing where others want the cores, see
    docs/models.md. OpenMP reads these variables when it is loaded.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # noqa: TID251 - for OpenMP, not for us
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # noqa: TID251 - the same
    import xllamacpp  # noqa: PLC0415 - only once the variable is set

    return xllamacpp


def _params(llama: Any, file: Path, options: EmbeddedOptions, key: str) -> Any:
    params = llama.CommonParams()
    params.model.path = str(file)
    params.n_parallel = options.slots
    params.n_ctx = options.slots * options.context_tokens
    params.use_jinja = True
    threads = options.threads or cores()
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    # Loopback only, and a key: a web page in the user's browser can reach loopback ports too.
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.ui = False
    params.endpoint_slots = options.cache_dir is not None
    if options.cache_dir is not None:
        params.slot_save_path = f"{options.cache_dir}/"
    # Its log goes to the terminal that the customer types in; failures come back as answers.
    params.verbosity = 0
    params.warmup = False
    # Each slot keeps its own prompt; a second copy of them in memory buys nothing here.
    params.cache_ram_mib = 0
    # Measured, see docs/models.md: keys in eight bits save a quarter of the cache and no time.
    # Values in eight bits would save another, but need flash attention, which reads a sixth slower
    # on a CPU. Batches of 64 read as fast as those of 512, in 60 MB less.
    params.cache_type_k = llama.ggml_type.GGML_TYPE_Q8_0
    params.flash_attn_type = llama.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.n_ubatch = 64
    return params
