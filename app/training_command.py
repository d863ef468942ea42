"""`training`: what operators corrected, as samples in chat format."""

import sys
from argparse import Namespace

from app.databases import open_database
from app.live_brands import training_lines
from app.settings import Settings
from knowledge.brand_edit import write_whole
from knowledge.brand_folder import load_brand


async def export_samples(args: Namespace, settings: Settings) -> int:
    """Write a brand's samples to a file, or to standard output."""
    brand = load_brand(settings.brand)
    async with open_database(settings) as database:
        lines = await training_lines(database, {brand.id: brand}, brand.id)
    if args.out is None:
        print(lines, end="")
    else:
        write_whole(args.out, lines)
    print(f"{lines.count(chr(10))} samples", file=sys.stderr)
    return 0
