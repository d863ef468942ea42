"""Draw the README's picture: the brand's tour, really played, as an SVG.

python scripts/draw_chat.py docs/chat.svg [--turns N]
"""

import argparse
import asyncio
import io
import re
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

FONTS = "Menlo, Consolas, 'Noto Sans Mono CJK SC', 'PingFang SC', 'Microsoft YaHei', monospace"


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
    title = f"{brand.name} · {running.agent.model.spec}"
    svg = console.export_svg(title=title, theme=MONOKAI)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    args.file.write_text(re.sub(r"font-family: [^;]*;", f"font-family: {FONTS};", svg), "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
