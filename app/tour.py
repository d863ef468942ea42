"""A brand's guided tour: whom to be and what to say, from its `demo/tour.json`."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.brand import BrandError


class Tour(BaseModel):
    """`customer` is signed in; `turns` are played one after the other."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer: str | None = None
    turns: tuple[str, ...] = ()


def tour_of(brand_folder: Path) -> Tour:
    """The tour of a brand folder; an empty one where it has none.

    Raises:
        BrandError: the file is not as docs/brand-folder.md describes it.
    """
    file = brand_folder / "demo" / "tour.json"
    if not file.exists():
        return Tour()
    try:
        return Tour.model_validate_json(file.read_text("utf-8"))
    except ValidationError as error:
        first = error.errors()[0]
        raise BrandError(f"demo/tour.json: {first['loc']}: {first['msg']}") from error
