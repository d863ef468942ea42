"""A passage without a heading leans towards what stands around it."""

import numpy as np

from knowledge.neighbours import leaning
from knowledge.writing import passage


def test_plain_text_leans_towards_its_neighbours_and_nothing_else_does() -> None:
    passages = [
        passage("a.txt", ("a",), "one", "text"),
        passage("a.txt", ("a",), "two", "text"),
        passage("b.txt", (), "other", "text"),
        passage("c.md", ("Fees",), "three", "text"),
        passage("fees.csv", ("fees",), "four", "table_row"),
        passage("fees.csv", ("fees",), "five", "table_row"),
    ]
    vectors = np.eye(6, dtype=np.float32)
    leant = leaning(vectors, passages)
    assert np.allclose(leant.sum(axis=1), 1)
    assert leant[0, 1] > 0 < leant[1, 0]
    assert np.allclose(leant[2:], vectors[2:])
    assert np.array_equal(leaning(vectors[3:], passages[3:]), vectors[3:])
