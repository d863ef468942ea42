"""Which cases belong to which brand: a case file lies in its brand's folder."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.cases import Case, CaseError, load_cases
from knowledge.brand_folder import load_brand


@dataclass(frozen=True, slots=True)
class Part:
    """One brand's share of an evaluation. `files` has the name of each case's file by its id."""

    folder: Path
    cases: tuple[Case, ...]
    files: Mapping[str, str]


def load_suite(
    brands: Sequence[Path], files: Iterable[Path], tags: frozenset[str]
) -> tuple[Part, ...]:
    """The cases of every brand that has some; with tags only those that have one of them.

    Raises:
        CaseError: a file belongs to none of the brands or has a mistake, or nothing is left.
    """
    own: dict[Path, list[Path]] = {brand: [] for brand in brands}
    for file in files:
        own[_brand_of(file, brands)].append(file)
    parts = [_part(brand, its) for brand, its in own.items() if its]
    chosen = [_tagged(part, tags) for part in parts] if tags else parts
    left = tuple(part for part in chosen if part.cases)
    if not left:
        raise CaseError(f"no case has one of these tags: {', '.join(sorted(tags))}")
    return left


def _brand_of(file: Path, brands: Sequence[Path]) -> Path:
    where = file.resolve()
    for brand in brands:
        if where.is_relative_to(brand.resolve()):
            return brand
    if len(brands) == 1:
        return brands[0]
    raise CaseError(f"{file}: lies in none of the brand folders; add --brand for its own")


def _part(folder: Path, files: list[Path]) -> Part:
    brand = load_brand(folder)
    cases = load_cases(files, brand)
    names = {case.id: file.name for file in files for case in load_cases((file,), brand)}
    return Part(folder, cases, names)


def _tagged(part: Part, tags: frozenset[str]) -> Part:
    cases = tuple(case for case in part.cases if not tags.isdisjoint(case.tags))
    return Part(part.folder, cases, part.files)
