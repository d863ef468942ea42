"""`knowledge extract` and `accept`: records read from texts, decided by an editor, taken up."""

import sys
from pathlib import Path

from knowledge.accepting import accept, read_records, source_texts
from knowledge.brand import Brand
from knowledge.extracting import kinds_of, records_in
from knowledge.products import ProductNames
from knowledge.review import write_new_review


async def extract_records(brand: Brand, out: Path) -> int:
    """Write what the rules find and nobody decided yet into a review file."""
    names = ProductNames(brand.products)
    known = {record.identity for record in read_records(brand.folder)}
    texts = await source_texts(brand)
    found = [one for source in sorted(texts) for one in records_in(source, texts[source], names)]
    new = [record for record in found if record.identity not in known]
    write_new_review(new, out)
    counts = ", ".join(f"{number} {kind}" for kind, number in kinds_of(new).items())
    print(f"{out}: {len(new)} records to decide ({counts}); {len(found) - len(new)} known already")
    print(f"Set `accept` to true or false in it, then: digital-human knowledge accept {out}")
    return 0


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
