"""What WeChat's error codes mean for a message that was to be sent."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from agent.channel import DeliveryError, RejectedError, TryAgainError

# Seconds after which it may work, by WeChat's error code; what is not here never will.
LATER: Final[Mapping[int, float | None]] = {
    -1: None,  # busy
    45009: 600.0,  # calls of the day or hour used up
    45011: 60.0,  # calls of the minute used up
    45033: 5.0,  # too many at once
    45047: 60.0,  # messages to this customer used up until he writes
    95001: 60.0,  # the same in customer service
    40001: None,  # a token that somebody renewed again meanwhile
    40014: None,
    42001: None,
}
_LONGEST_WORDS = 200


class RefusalError(Exception):
    """WeChat answered, and said no."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"WeChat says {code}: {words[:_LONGEST_WORDS]}")
        self.code = code

    def delivery(self) -> DeliveryError:
        """What that means for a message that was to be sent."""
        if self.code in LATER:
            return TryAgainError(str(self), after_seconds=LATER[self.code])
        return RejectedError(str(self))


@contextmanager
def sending() -> Iterator[None]:
    """Around the sending of one parcel: what goes wrong becomes what a channel promises.

    All notes are made before the message goes out, so a note that fails means: not sent.
    """
    try:
        yield
    except RefusalError as refusal:
        raise refusal.delivery() from refusal
    except SQLAlchemyError as error:
        raise TryAgainError(f"the notebook cannot be used: {type(error).__name__}") from error
