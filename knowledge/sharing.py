"""One index for many machines: its database lies on shared or object storage (`s3://…`).

One machine builds it; the others follow. Which version is the newest stands in a table of the same
database, so that nothing but LanceDB has to speak to the store.
"""

import time
from pathlib import Path

import lancedb

from knowledge.change import snapshot_folder
from knowledge.errors import KnowledgeError
from knowledge.manifest import Manifest, read_manifest, write_manifest
from knowledge.snapshot import save_snapshot
from knowledge.table import TABLE, all_rows

_ANNOUNCED = "versions"


async def announce(folder: Path, store: str) -> None:
    """Tell those who follow which version is answered from, if it is another than before.

    Raises:
        KnowledgeError: the store cannot be written.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        return
    said = manifest.model_dump_json()
    try:
        database = await lancedb.connect_async(store)
        if await _newest(database) == said:
            return
        rows = [{"at": time.time_ns(), "manifest": said}]
        if _ANNOUNCED in (await database.list_tables()).tables:
            await (await database.open_table(_ANNOUNCED)).add(rows)
        else:
            await database.create_table(_ANNOUNCED, rows)
    except (OSError, RuntimeError, ValueError) as error:
        raise _unreachable(store, error) from error


async def take_over(folder: Path, store: str, small: int) -> Manifest:
    """Make the newest version in the store the one that this machine answers from.

    One of up to `small` passages is copied, so that it is searched in memory; a larger one is
    searched where it is.

    Raises:
        KnowledgeError: there is none, or the store cannot be read.
    """
    try:
        database = await lancedb.connect_async(store)
        said = await _newest(database)
        if said is None:
            raise KnowledgeError(f"There is no knowledge in {store} yet; build it there first.")
        manifest, mine = Manifest.model_validate_json(said), read_manifest(folder)
        if mine == manifest:
            return manifest
        copy = snapshot_folder(folder, manifest.version)
        if manifest.passages <= small and not copy.exists():
            table = await database.open_table(TABLE)
            await table.checkout(manifest.table_version)
            save_snapshot(await all_rows(table), copy)
    except (OSError, RuntimeError, ValueError) as error:
        if isinstance(error, KnowledgeError):
            raise
        raise _unreachable(store, error) from error
    write_manifest(manifest, folder)
    return manifest


async def _newest(database: lancedb.AsyncConnection) -> str | None:
    if _ANNOUNCED not in (await database.list_tables()).tables:
        return None
    rows = await (await database.open_table(_ANNOUNCED)).query().to_list()
    return str(max(rows, key=lambda row: row["at"])["manifest"]) if rows else None


def _unreachable(store: str, error: Exception) -> KnowledgeError:
    reason = (
        str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
    )
    return KnowledgeError(
        f"The knowledge store {store} cannot be used: {reason}. Check the address and the AWS_… "
        "variables."
    )
