"""Rows on their way to the process that writes the database."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from knowledge.handed import read_handed, write_handed
from knowledge.snapshot import Row, Snapshot
from knowledge.table import arrow, as_table, row_in
from knowledge.writing import passage


def _snapshot(count: int) -> Snapshot:
    rows = tuple(
        Row(
            passage(f"knowledge/d{i // 7}.md", ("标题", "é"), f"文字𠀀 {i}", "text"),
            i % 7,
            f"文字 {i}",
        )
        for i in range(count)
    )
    return Snapshot(rows, np.random.default_rng(1).random((count, 8), dtype=np.float32))


@pytest.mark.parametrize("count", [0, 1, 9_001])
def test_what_is_handed_over_arrives_as_it_was(tmp_path: Path, count: int) -> None:
    snapshot = _snapshot(count)
    write_handed(snapshot, tmp_path / "new")
    table = pa.concat_tables(map(as_table, read_handed(tmp_path / "new")))
    table.validate(full=True)
    assert table.equals(arrow(snapshot))
    assert tuple(map(row_in, table.to_pylist())) == snapshot.rows
