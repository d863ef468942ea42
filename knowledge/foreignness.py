"""Whether a question is foreign to a brand: about something its knowledge does not speak of.

Two signs decide, both to be had for nothing while searching: how near the nearest passage is, and
which share of the question one of the best passages has (`knowledge/covering.py`). How much each
counts, and from where a question is foreign, is learnt from the brand's own questions and from
foreign ones by `digital-human knowledge calibrate`; until then weights learnt from several brands
are used.
"""

import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.brand import Language
from knowledge.brand_edit import write_whole

_FILE = "calibration.json"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Signs:
    """What a search showed of a question in a language: the nearest passage's cosine, `coverage`.

    Cosines are lower between two languages, and differ from one to another.
    """

    language: Language
    similarity: float
    coverage: float


class Calibration(BaseModel):
    """What the signs count, such that the share `kept` of own questions comes out below zero.

    `centre_zh` and `centre_en` are the cosines that foreign questions in that language reach here.
    `own` and `foreign` are how many questions it was learnt from; `refused` is the share of the
    foreign ones, of those held back while learning, that came out above zero. `form` changes with
    what the signs mean: weights of another form tell nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: Literal[2]
    embedder: str
    similarity: float
    coverage: float
    bias: float
    centre_zh: float
    centre_en: float
    kept: float = 0.98
    own: int = 0
    foreign: int = 0
    refused: float | None = None

    def foreignness(self, signs: Signs) -> float:
        """Log-odds that a question with these signs is foreign, measured from the line drawn."""
        centre = self.centre_zh if signs.language == "zh" else self.centre_en
        known = self.similarity * (signs.similarity - centre) + self.coverage * signs.coverage
        return round(self.bias - known, 4)


def coverage(words: Iterable[str], there: Iterable[str], rarity: Mapping[str, float]) -> float:
    """The share of what the words tell that words which are there as well tell."""
    asked = frozenset(words)
    # Exact sums: a set's order differs from process to process, and a rounded sum with it.
    total = math.fsum(rarity[word] for word in asked)
    shared = math.fsum(rarity[word] for word in asked.intersection(there))
    return shared / total if total else 0.0


# Learnt from the development cases of the brands in brands/ and the foreign questions that come
# with this package; see docs/knowledge-search.md. A brand in English has other centres.
_USUAL = Calibration(
    form=2,
    embedder="embedded",
    similarity=92.0,
    coverage=7.5,
    bias=2.5,
    centre_zh=0.863,
    centre_en=0.779,
)
_OF_ENGLISH = {"coverage": 5.0, "bias": 0.7, "centre_zh": 0.835, "centre_en": 0.826}
_USUAL_OF_ENGLISH = _USUAL.model_copy(update=_OF_ENGLISH)


def calibration_of(folder: Path, embedder: str, language: Language) -> Calibration | None:
    """What was learnt for this index, or else what holds for most; None for other embedders."""
    usual = _USUAL if language == "zh" else _USUAL_OF_ENGLISH
    return read_calibration(folder, embedder) or (usual if embedder == usual.embedder else None)


def read_calibration(folder: Path, embedder: str) -> Calibration | None:
    """What was learnt for this index and embedder, if anything was."""
    path = folder / _FILE
    try:
        found = Calibration.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:
        _log.warning("%s is of another release: run `digital-human knowledge calibrate`", path)
        return None
    return found if found.embedder == embedder else None


def write_calibration(calibration: Calibration, folder: Path) -> Path:
    """Keep it beside the index; gives the file."""
    path = folder / _FILE
    write_whole(path, calibration.model_dump_json(indent=1) + "\n")
    return path
