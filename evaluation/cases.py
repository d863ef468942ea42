"""Case files: what customers say, and what a right answer must do. One JSON object per line."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from evaluation.spelling import squeezed
from knowledge.brand import Brand, ToolName


class CaseError(ValueError):
    """A case file has a mistake; the message names file and line, and what was expected."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _sayable(text: str) -> str:
    if not squeezed(text):
        raise ValueError("must contain a letter or digit: punctuation is not compared")
    return text


Said = Annotated[str, AfterValidator(_sayable)]


class ExpectedCall(_Value):
    """A tool that must be called, with at least these arguments."""

    tool: ToolName
    args: dict[str, Any] = Field(default_factory=dict)


class ExpectedPayment(_Value):
    """A link that must be issued; what is None is not judged."""

    amount: str | None = None
    order_id: str | None = None


class Expect(_Value):
    """What a turn must do. Only what is given is judged; see docs/evaluation.md."""

    calls: tuple[ExpectedCall, ...] | None = None
    says: tuple[Said | tuple[Said, ...], ...] | None = None
    never_says: tuple[Said, ...] | None = None
    sources: tuple[str, ...] | None = None
    refuses: bool | None = None
    handoff: bool | None = None
    images: tuple[str, ...] | None = None
    payment: ExpectedPayment | None = None

    @property
    def judges_payment(self) -> bool:
        """Whether `payment` was given: null means that there must be none."""
        return "payment" in self.model_fields_set


class Turn(_Value):
    """One message of the customer."""

    user: str
    paraphrases: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    expect: Expect = Expect()

    def wording(self, run: int) -> str:
        """What is said in a run, counted from 1: as written, then each paraphrase, then again."""
        wordings = (self.user, *self.paraphrases)
        return wordings[(run - 1) % len(wordings)]


class Case(_Value):
    """One conversation. `customer` None: nobody is signed in."""

    id: Annotated[str, Field(min_length=1)]
    customer: str | None = None
    tags: tuple[str, ...] = ()
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]


def load_cases(paths: Iterable[Path], brand: Brand) -> tuple[Case, ...]:
    """All cases of the files, in their order; empty lines are skipped.

    Raises:
        CaseError: a file cannot be read, a line is malformed, an id is used twice, or something
            is expected that this brand cannot do (a picture of an unknown SKU, a missing source).
    """
    cases: dict[str, Case] = {}
    for path in paths:
        for place, line in _lines(path):
            case = _case(line, place)
            if case.id in cases:
                raise CaseError(f"{place}: id: {case.id!r} is used twice")
            _check_possible(case, brand, place)
            cases[case.id] = case
    if not cases:
        raise CaseError("the case files hold no case: expected one JSON object per line")
    return tuple(cases.values())


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise CaseError(f"{path}: cannot be read: {reason}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"{path}:{number}", line


def _case(line: str, place: str) -> Case:
    try:
        return Case.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "line"
        raise CaseError(f"{place}: {where}: {first['msg']}") from error


def _check_possible(case: Case, brand: Brand, place: str) -> None:
    for turn in case.turns:
        for sku in turn.expect.images or ():
            if brand.product(sku) is None:
                raise CaseError(f"{place}: images: {sku!r} is no SKU of catalog.csv")
        sources = turn.expect.sources
        if sources and not any((brand.folder / source).is_file() for source in sources):
            raise CaseError(f"{place}: sources: no file {sources[0]!r} in the brand folder")
