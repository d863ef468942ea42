"""The first layers of a model as a file of their own: what it knows is read best in its middle.

The last layers turn what a model knows into the words it writes next. llama.cpp's server reads a
model's state after its last layer only, so a model that ends in the middle is made: the same file
with the later layers left out and their number told in its header.
"""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

Progress = Callable[[int, int, str], None]

_LAYER = re.compile(r"blk\.(\d+)\.")
_COUNT = "block_count"


def first_layers(file: Path, count: int, folder: Path, progress: Progress | None = None) -> Path:
    """The first `count` layers of a GGUF file, kept in `folder`; made if they are not there yet.

    Some seconds and two thirds of the model's size, once; several processes may do it at a time.
    `progress` is told the bytes written, all of them, and the file's name.

    Raises:
        OSError: it cannot be written there: the disk is full, or may not be written to.
        ValueError: it is not a GGUF file, or has no more layers than that.
    """
    kept = folder / f"{file.stem}-{file.stat().st_size}-first{count}.gguf"
    if kept.exists():
        return kept
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=f"{kept.name}.", suffix=".part")
    os.close(descriptor)
    part = Path(name)
    try:
        _write(file, count, part, lambda done, all_: progress and progress(done, all_, kept.name))
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.chmod(0o644)
        part.replace(kept)
    finally:
        part.unlink(missing_ok=True)
    return kept


def _write(file: Path, count: int, part: Path, told: Callable[[int, int], object]) -> None:
    import gguf  # noqa: PLC0415 - a third of a second, needed once in a model's life

    whole = gguf.GGUFReader(file)
    family = whole.get_field("general.architecture")
    if family is None:
        raise ValueError(f"{file} does not say which family of models it is of.")
    counted = f"{family.contents()}.{_COUNT}"
    layers = whole.get_field(counted)
    if layers is None or layers.contents() <= count:
        raise ValueError(f"{file} has no more than {count} layers.")
    written = gguf.GGUFWriter(part, family.contents())
    for field in whole.fields.values():
        if field.name == "general.architecture" or field.name.startswith("GGUF."):
            continue
        value = count if field.name == counted else field.contents()
        of = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
        written.add_key_value(field.name, value, field.types[0], sub_type=of)
    tensors = [tensor for tensor in whole.tensors if _is_before(tensor.name, count)]
    for tensor in tensors:
        data = tensor.data
        written.add_tensor_info(
            tensor.name, data.shape, data.dtype, data.nbytes, tensor.tensor_type
        )
    try:
        written.write_header_to_file()
        written.write_kv_data_to_file()
        written.write_ti_data_to_file()
        done, total = 0, sum(int(tensor.n_bytes) for tensor in tensors)
        for tensor in tensors:
            written.write_tensor_data(tensor.data)
            done += int(tensor.n_bytes)
            told(done, total)
    finally:
        written.close()


def _is_before(tensor: str, count: int) -> bool:
    layer = _LAYER.match(tensor)
    return layer is None or int(layer[1]) < count
