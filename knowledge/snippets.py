"""Snippets: a question and its answer, added by a person, each a file of `knowledge/snippets`.

    # 小样可以单独购买吗？

    <!-- snippet: author li; added 2026-11-28; review 2027-05-28; correction 12 -->

    小样不单独出售。

The comment is for people and for the list of what is due; it is not part of the passage.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from knowledge.brand_edit import editing, write_whole
from knowledge.chunk import passages_of
from knowledge.cleaning import clean, clean_line
from knowledge.products import ProductNames

FOLDER = "knowledge/snippets"
LONGEST_QUESTION, LONGEST_ANSWER = 120, 2000
_ABOUT = re.compile(
    r"<!-- snippet: author (?P<author>[^;]*); added (?P<added>[\d-]{10}); "
    r"review (?P<review>[\d-]{10})(?:; correction (?P<correction>\d+))? -->"
)
_STRUCTURE = re.compile(r"^\s*(?:#{1,6}\s|<!--)|-->", re.MULTILINE)
_UNFIT = re.compile(r"[^\w.@-]+")


class SnippetError(ValueError):
    """A snippet will not do; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """An answer to a question; `review` is the day from which it should be looked at again."""

    question: str
    answer: str
    author: str
    added: date
    review: date
    correction: int | None = None
    source: str = ""

    @property
    def text(self) -> str:
        """The file."""
        about = f"author {self.author}; added {self.added}; review {self.review}"
        if self.correction is not None:
            about += f"; correction {self.correction}"
        return f"# {self.question}\n\n<!-- snippet: {about} -->\n\n{self.answer}\n"


async def add_snippet(folder: Path, snippet: Snippet) -> Snippet:
    """Write a snippet into the brand folder, as a file of its own; it has its `source` afterwards.

    Raises:
        SnippetError: there is no question or answer, or one that would be read as something else.
    """
    question = clean_line(snippet.question).lstrip("#").strip()
    answer = clean(snippet.answer).strip()
    _check(question, answer, snippet)
    author = _UNFIT.sub("-", snippet.author)[:64]
    made = Snippet(question, answer, author, snippet.added, snippet.review, snippet.correction)
    async with editing(folder):
        known = {path.stem for path in (folder / FOLDER).glob("*.md")}
        day = snippet.added.isoformat()
        stem = next(name for n in range(1, 10**6) if (name := f"{day}-{n:03}") not in known)
        source = f"{FOLDER}/{stem}.md"
        if not passages_of(source, made.text, ProductNames(())):
            raise SnippetError("The answer has no words in it.")
        write_whole(folder / source, made.text)
    return replace(made, source=source)


def _check(question: str, answer: str, snippet: Snippet) -> None:
    if not question or not answer:
        raise SnippetError("A snippet needs a question and an answer.")
    if len(question) > LONGEST_QUESTION or len(answer) > LONGEST_ANSWER:
        raise SnippetError(
            f"At most {LONGEST_QUESTION} characters of question and {LONGEST_ANSWER} of answer."
        )
    if _STRUCTURE.search(answer) or "<!--" in question or "-->" in question:
        raise SnippetError("A snippet has no headings and no comments in it.")
    if snippet.review <= snippet.added:
        raise SnippetError("The day of review lies after today.")


def read_snippets(folder: Path) -> tuple[Snippet, ...]:
    """All snippets of a brand folder, those due for review soonest first."""
    found = [_read(folder, path) for path in sorted((folder / FOLDER).glob("*.md"))]
    return tuple(sorted((one for one in found if one), key=lambda one: one.review))


def _read(folder: Path, path: Path) -> Snippet | None:
    """A file that a person rewrote into something else is knowledge, but no snippet any more."""
    text = path.read_text("utf-8", errors="replace")
    about = _ABOUT.search(text)
    heading, _, rest = text.partition("\n")
    if not about or not heading.startswith("# "):
        return None
    try:
        added, review = (date.fromisoformat(about[name]) for name in ("added", "review"))
    except ValueError:
        return None
    number = about["correction"]
    return Snippet(
        question=heading[2:].strip(),
        answer=_ABOUT.sub("", rest).strip(),
        author=about["author"],
        added=added,
        review=review,
        correction=int(number) if number else None,
        source=path.relative_to(folder).as_posix(),
    )
