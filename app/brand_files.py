"""A served brand's brand.toml, catalogue and examples: seen to change, loaded aside, checked."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from knowledge.brand import Brand
from knowledge.brand_folder import load_brand

_FILES = ("brand.toml", "catalog.csv", "examples.jsonl")
# What is wrong may be mended elsewhere: a picture that was missing is put there.
_AGAIN_SECONDS = 5.0
_Stand = tuple[tuple[int, int, int], ...]
_logger = logging.getLogger(__name__)


@dataclass
class BrandFiles:
    """Those of one brand. `taken` is how they stood when they were last loaded or refused."""

    folder: Path
    clock: Callable[[], float] = monotonic
    taken: _Stand = ()
    seen: _Stand = ()
    waiting: tuple[str, ...] = ()
    complaint: str = ""
    again_at: float = 0.0

    def at_rest(self) -> bool:
        """Whether they are as they were at the last look: nobody is just writing them."""
        before, self.seen = self.seen, _stand(self.folder)
        return before == self.seen

    def due(self) -> bool:
        """Whether they changed since they were taken, or what failed is to be tried again."""
        again = bool(self.complaint) and self.clock() >= self.again_at
        return again or self.taken != _stand(self.folder)

    async def loaded(self, brand: Brand) -> Brand:
        """What the brand has become; the very same if nothing changed.

        What it is built into until the process starts anew stays, which is logged once.

        Raises:
            BrandError: there is a mistake in the folder.
        """
        if not self.due():
            return brand
        self.taken = _stand(self.folder)
        found = await asyncio.to_thread(load_brand, self.folder)
        own, waiting = _kept(brand, found)
        if waiting and waiting != self.waiting:
            keys = ", ".join(waiting)
            _logger.warning(
                "%s: brand.toml, %s: a change takes a restart; the rest is in use", brand.id, keys
            )
        self.waiting = waiting
        return brand if own == brand else own

    def note(self, complaint: str = "") -> None:
        """How taking up went: what failed is logged once, and tried again after a while."""
        if complaint and complaint != self.complaint:
            _logger.warning("%s: %s", self.folder.name, complaint)
        self.complaint, self.again_at = complaint, self.clock() + _AGAIN_SECONDS


def _kept(old: Brand, new: Brand) -> tuple[Brand, tuple[str, ...]]:
    """The new one but for what shop, record, figures and channels were opened for; its keys."""
    changed = {
        "brand.id": old.id != new.id,
        "brand.language": old.language != new.language,
        "brand.timezone": old.timezone != new.timezone,
        "orders.source": old.orders_source != new.orders_source,
        "payment": old.payment != new.payment,
    }
    own = replace(
        new,
        id=old.id,
        language=old.language,
        timezone=old.timezone,
        orders_source=old.orders_source,
        payment=old.payment,
        demo_orders=old.demo_orders,  # entered when the shop is opened
    )
    return own, tuple(key for key, differs in changed.items() if differs)


def _stand(folder: Path) -> _Stand:
    return tuple(_state(folder / name) for name in _FILES)


def _state(path: Path) -> tuple[int, int, int]:
    try:
        stat = path.stat()
    except OSError:
        return 0, 0, 0
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
