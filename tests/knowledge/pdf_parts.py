"""PDF files put together from their objects, for tests."""

from collections.abc import Sequence
from pathlib import Path


def write_pdf(path: Path, parts: Sequence[bytes]) -> Path:
    """A file of these objects, numbered from 1; the first is the catalogue."""
    text, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(text))
        text += b"%d 0 obj%s endobj\n" % (number, part)
    start = len(text)
    text += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    text += b"".join(b"%010d 00000 n \n" % place for place in places)
    text += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, start)
    path.write_bytes(text)
    return path
