"""`knowledge report`: a brand's knowledge looked over, on the terminal and as a page."""

from argparse import Namespace
from pathlib import Path

from sqlalchemy import select

from agent.lesson_tables import gap_groups
from app.databases import FILE, open_database
from app.progress import shown_progress
from app.review_command import extract_records
from app.settings import Settings
from app.wiring import real_time
from knowledge.brand import Brand
from knowledge.brand_edit import write_whole
from knowledge.masking import masked_strictly
from knowledge.survey import survey, totals
from knowledge.survey_page import survey_page
from knowledge.survey_words import WORDS

_MOST_GAPS = 50


async def look_over(args: Namespace, brand: Brand, settings: Settings) -> int:
    """Read records out of the texts, or report; the index is not needed for either."""
    if args.action == "extract":
        asked = settings if args.with_model else None
        return await extract_records(brand, args.out or Path("review.jsonl"), asked)
    return await report_knowledge(brand, settings, args)


async def report_knowledge(brand: Brand, settings: Settings, args: Namespace) -> int:
    """One line for each number; the page where `--out` says."""
    today = real_time().astimezone(brand.timezone).date()
    with shown_progress() as progress:
        looked = await survey(brand, today, progress)
    gaps = await _gaps(brand, settings)
    words = WORDS[brand.language]
    numbers = totals(looked) | ({"gaps": len(gaps)} if gaps is not None else {})
    for name, number in numbers.items():
        print(f"{number:>7}  {words[name]}")
    if args.out:
        write_whole(args.out, survey_page(looked, gaps))
        print(args.out)
    return 0


async def _gaps(brand: Brand, settings: Settings) -> list[tuple[str, int]] | None:
    """Unanswered questions, most asked first; None where there is no database yet."""
    if not settings.database_url.get_secret_value() and not (settings.data_dir / FILE).exists():
        return None
    query = (
        select(gap_groups.c.text, gap_groups.c.size)
        .where(gap_groups.c.brand == brand.id, gap_groups.c.state == "open")
        .order_by(gap_groups.c.size.desc())
        .limit(_MOST_GAPS)
    )
    async with open_database(settings) as database, database.reading() as connection:
        return [(masked_strictly(row.text), row.size) for row in await connection.execute(query)]
