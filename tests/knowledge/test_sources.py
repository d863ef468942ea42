"""Which files of a brand are read, and which are refused before that."""

from pathlib import Path

from knowledge.collect import READABLE
from knowledge.sources import list_sources


def test_a_file_outside_the_brand_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop" / "knowledge").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("秘密", "utf-8")
    (tmp_path / "shop" / "knowledge" / "link.md").symlink_to(tmp_path / "secret.md")
    unreadable = list_sources(tmp_path / "shop", READABLE).unreadable
    assert unreadable["knowledge/link.md"].startswith("knowledge/link.md points outside")


def test_links_that_lead_to_no_file_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "shop" / "knowledge"
    folder.mkdir(parents=True)
    (folder / "round.md").symlink_to(folder / "round.md")
    (folder / "gone.md").symlink_to(folder / "nothing.md")
    (folder / "again").symlink_to(folder)
    listing = list_sources(tmp_path / "shop", READABLE)
    assert (listing.files, listing.skipped) == ((), ())
    assert list(listing.unreadable) == [
        "knowledge/again",
        "knowledge/gone.md",
        "knowledge/round.md",
    ]
    assert "is a link to a folder, or to nothing" in listing.unreadable["knowledge/gone.md"]


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    with (tmp_path / "knowledge" / "huge.txt").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    unreadable = list_sources(tmp_path, READABLE).unreadable
    assert unreadable["knowledge/huge.txt"].startswith("knowledge/huge.txt is larger than 64 MB")
