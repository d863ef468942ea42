"""`case`: a recorded conversation as a line of a case file."""

import json
from argparse import Namespace
from pathlib import Path

from app.settings import Settings
from app.wiring import open_record
from evaluation.cases import CaseError, load_cases
from evaluation.recording import case_of
from knowledge.brand import Brand
from knowledge.brand_folder import load_brand


async def run_case(args: Namespace, settings: Settings) -> int:
    """Print the case; with --to, append it to a file that still loads with it."""
    async with open_record(settings) as log:
        events = await log.read(args.conversation)
    if not events:
        raise ValueError(
            f"There is no conversation {args.conversation!r} in {settings.data_dir}; "
            "its id is shown by /id in a chat and in every reply object."
        )
    tags = [word for part in args.tags.split(",") if (word := part.strip())]
    case = case_of(events, args.id or args.conversation, tags)
    line = json.dumps(case, ensure_ascii=False)
    if args.to:
        folder = Path(events[0].body["folder"]) if args.brand is None else settings.brand
        _append(line, args.to, load_brand(folder))
    print(line)
    return 0


def _append(line: str, path: Path, brand: Brand) -> None:
    """Append a line, if the file loads with it; else it is left as it was.

    Raises:
        CaseError: it would not load: the id exists, a source is missing, another line is wrong.
    """
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    between = "" if not before or before.endswith("\n") else "\n"
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_text(f"{before}{between}{line}\n", encoding="utf-8")
    try:
        load_cases((unfinished,), brand)
        unfinished.replace(path)
    except CaseError as error:
        raise CaseError(str(error).replace(str(unfinished), str(path))) from error
    finally:
        unfinished.unlink(missing_ok=True)
