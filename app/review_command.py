"""`knowledge extract` and `accept`: records read from texts, decided by an editor, taken up."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.extracting import Asked, records_by_model
from agent.models import open_model
from app.progress import shown_progress
from app.settings import Settings
from app.wiring import model_options
from knowledge.accepting import accept, read_records, source_texts
from knowledge.brand import Brand
from knowledge.extracting import kinds_of, records_in
from knowledge.products import ProductNames
from knowledge.review import Record, write_new_review


async def extract_records(brand: Brand, out: Path, settings: Settings | None = None) -> int:
    """Write what the rules find and nobody decided yet into a review file.

    With settings, their model is asked about the sentences that the rules read nothing of.
    """
    names = ProductNames(brand.products)
    known = {record.identity for record in read_records(brand.folder)}
    texts = await source_texts(brand)
    found = [one for source in sorted(texts) for one in records_in(source, texts[source], names)]
    if settings:
        found += await _by_model(brand, texts, found, settings)
    new = [record for record in found if record.identity not in known]
    write_new_review(new, out)
    counts = ", ".join(f"{number} {kind}" for kind, number in kinds_of(new).items())
    print(f"{out}: {len(new)} records to decide ({counts}); {len(found) - len(new)} known already")
    print(f"Set `accept` to true or false in it, then: digital-human knowledge accept {out}")
    return 0


async def _by_model(
    brand: Brand, texts: Mapping[str, str], found: Sequence[Record], settings: Settings
) -> list[Record]:
    made: list[Record] = []
    about = Asked(brand.language, ProductNames(brand.products))
    with shown_progress() as progress:
        model = await open_model(settings.model, model_options(settings), progress)
        try:
            for number, (source, text) in enumerate(sorted(texts.items()), start=1):
                asked = records_by_model(model, about, source, text, found)
                made += [record async for record in asked]
                progress(number, len(texts), "asking the model")
        finally:
            await model.close()
    return made


async def accept_records(brand: Brand, review: Path) -> int:
    """Take up the accepted lines, drop the rejected; the exit status: 1 if a line was refused."""
    accepted = await accept(review, brand)
    for sentence in accepted.refused:
        print(sentence, file=sys.stderr)
    print(
        f"{accepted.added} accepted, {accepted.dropped} dropped, {accepted.undecided} undecided; "
        f"{accepted.total} records in all"
    )
    return int(bool(accepted.refused))
