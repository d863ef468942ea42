"""How far two spellings are apart, for names that were typed in a hurry."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slip:
    """The part of a text nearest to a name, and by how many letters it differs."""

    start: int
    end: int
    count: int


def without_one(word: str) -> set[str]:
    """The word, and the word with any one letter left out."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def best_slip(name: str, text: str) -> Slip | None:
    """The part of the text with the fewest letters to change, add or drop to get the name.

    Of equally near parts the one whose length is nearest to the name's counts.
    """
    # For every end in the text: the fewest changes so far, and where that part begins.
    row = [(0, place) for place in range(len(text) + 1)]
    for wanted, letter in enumerate(name, start=1):
        next_row = [(wanted, 0)]
        for place, typed in enumerate(text, start=1):
            changed, start = row[place - 1]
            dropped, dropped_start = row[place]
            added, added_start = next_row[place - 1]
            next_row.append(
                min(
                    (changed + (letter != typed), start),
                    (dropped + 1, dropped_start),
                    (added + 1, added_start),
                )
            )
        row = next_row
    slips = [Slip(start, end, count) for end, (count, start) in enumerate(row) if end > start]
    return min(
        slips, key=lambda slip: (slip.count, abs(slip.end - slip.start - len(name))), default=None
    )
