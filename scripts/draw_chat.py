"""Draw the README's picture: the brand's tour, really played, as an SVG.

python scripts/draw_chat.py docs/chat.svg [--turns N]
"""

import argparse
import asyncio
import io
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from app.desk import Counter
from app.evaluating import fixed_clock
from app.settings import Settings
from app.tour import tour_of
from app.wiring import open_agent
from channels.terminal import Terminal

PAGE = """<meta charset="utf-8"><body style="margin:0;background:{background};color:{foreground}">
<pre style="margin:16px;font:15px/1.5 Menlo,Consolas,'Noto Sans Mono CJK SC',monospace;\
white-space:pre-wrap;overflow-wrap:anywhere">{code}</pre></body>"""


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--now", default="2026-11-23T10:00+08:00")
    args = parser.parse_args()
    settings = Settings()
    tour = tour_of(settings.brand)
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as folder:
        async with open_agent(settings, fixed_clock(args.now), Path(folder)) as running:
            brand = running.agent.brand
            desk = Counter(running.agent, running.payments, tour.customer)
            terminal = Terminal(console, settings.brand, brand.agent_name)
            for text in tour.turns:
                console.print(f"您 › {text}", style="bold", markup=False, highlight=False)
                await terminal.turn(desk, text)
    html = console.export_html(theme=MONOKAI, inline_styles=True, code_format=PAGE)
    args.file.write_text(html, "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
