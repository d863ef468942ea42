"""A passage without a heading leans towards what stands around it."""

import numpy as np

from knowledge.neighbours import leaning
from knowledge.writing import passage


def test_plain_text_leans_towards_its_neighbours_and_nothing_else_does() -> None:
    passages = [
        passage("a.txt", (), "one", "text"),
        passage("a.txt", (), "two", "text"),
        passage("b.txt", (), "other", "text"),
        passage("c.md", ("Fees",), "three", "text"),
        passage("c.md", ("Returns",), "four", "text"),
    ]
    vectors = np.eye(5, dtype=np.float32)
    leant = leaning(vectors, passages)
    assert np.allclose(np.linalg.norm(leant, axis=1), 1)
    assert leant[0, 1] > 0 < leant[1, 0]
    assert np.allclose(leant[2:], vectors[2:])
    assert np.array_equal(leaning(vectors[3:], passages[3:]), vectors[3:])
