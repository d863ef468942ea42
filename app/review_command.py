"""`knowledge accept`: what an editor accepted of a review file becomes knowledge."""

import sys
from pathlib import Path

from knowledge.accepting import accept
from knowledge.brand import Brand


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
