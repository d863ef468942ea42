"""A build of a brand's knowledge as a process that can be killed: `… FOLDER INDEX`.

Everything is real but the embedder, whose model would take longer to load than the build takes.
"""

import asyncio
import sys
from pathlib import Path

from knowledge.brand_folder import load_brand
from knowledge.index import Builder
from tests.knowledge.conftest import CountingEmbedder


def builder(folder: Path, index: Path) -> Builder:
    return Builder(load_brand(folder), index, CountingEmbedder())


if __name__ == "__main__":
    asyncio.run(builder(Path(sys.argv[1]), Path(sys.argv[2])).build())
