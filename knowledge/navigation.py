"""What stands on every page of a site and says nothing of this one: menus, footers, side bars.

For HTML files in the folder. Pages fetched from the web go through trafilatura, which guesses more
boldly: a file that somebody put there was put there on purpose.
"""

import re

from bs4 import BeautifulSoup, Tag

_SILENT = frozenset({"script", "style", "noscript", "template", "iframe"})
_OUTSIDE = frozenset({"header", "footer", "aside"})  # of the text; within it they belong to it
_TEXT = ["main", "article"]
_ROLES = frozenset({"navigation", "contentinfo", "search", "menu", "menubar"})
_MENU = re.compile(
    r"(?:^|[-_])(?:nav|navbar|navigation|menu|sidebar|share|toolbar|pagination|topbar)"
    r"(?:$|[-_])",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(?:^|[-_])(?:footer|breadcrumbs?|cookies?|copyright|skip-?link)(?:$|[-_])", re.IGNORECASE
)
_LINKS = 0.6  # share of a menu's text that is links: a restaurant's menu has few
_LEAST = 0.2  # share of a page's text that must be left, or it is kept whole
MARK = "\u2060"  # invisible, and no sign of Markdown


def without_navigation(html: str) -> str:
    """The page without navigation; a note at its end says how many blocks were left out."""
    page = BeautifulSoup(html, "html.parser")
    whole = len(page.get_text(strip=True))
    blocks = 0
    for tag in page.select("*"):
        if not tag.decomposed and _is_navigation(tag):
            blocks += tag.name not in _SILENT and bool(tag.get_text(strip=True))
            tag.decompose()
    if len(page.get_text(strip=True)) < _LEAST * whole:
        return html
    if blocks:
        note = page.new_tag("p")
        note.string = f"{MARK}{blocks} navigation blocks{MARK}"
        (page.body or page).append(note)
    return str(page)


def noted(markdown: str) -> str:
    """Markdown with the note as a comment, which is said to nobody."""
    return re.sub(f"{MARK}([^{MARK}]*){MARK}", r"<!-- left out: \1 -->", markdown)


def _is_navigation(tag: Tag) -> bool:
    if tag.name in {"html", "body", *_TEXT} or tag.find(["h1", *_TEXT]):
        return False
    if tag.name in {"nav", *_SILENT} or str(tag.get("role", "")) in _ROLES:
        return True
    if tag.name in _OUTSIDE:
        return tag.find_parent(_TEXT) is None
    names = f"{' '.join(map(str, tag.get_attribute_list('class')))} {tag.get('id', '')}".split()
    if tag.name not in {"div", "ul", "ol", "section", "p"}:
        return False
    return any(map(_FOOTER.search, names)) or (any(map(_MENU.search, names)) and _is_links(tag))


def _is_links(tag: Tag) -> bool:
    whole = len(tag.get_text(strip=True))
    return sum(len(link.get_text(strip=True)) for link in tag.find_all("a")) >= _LINKS * whole
