"""What the customer sees while a turn runs: checked sentences, each once, as early as possible."""

from collections.abc import Callable
from dataclasses import dataclass, field

from knowledge.brand import Language


@dataclass
class Speaker:
    """Shows sentences through `show`, and remembers when the first one came."""

    show: Callable[[str], None]
    language: Language
    elapsed_ms: Callable[[], float]
    said: list[str] = field(default_factory=list)
    first_ms: float | None = None

    def say(self, sentence: str) -> None:
        """Show a sentence unless it has been shown in this turn."""
        if sentence in self.said:
            return
        if self.first_ms is None:
            self.first_ms = self.elapsed_ms()
        joint = "" if not self.said else joint_of(self.said[-1], sentence, self.language)
        self.said.append(sentence)
        self.show(f"{joint}{sentence}")


def joint_of(before: str, sentence: str, language: Language) -> str:
    """What stands between two sentences."""
    if sentence.startswith("\n") or before.endswith("\n"):
        return ""
    return "\n" if "\n" in before else "" if language == "zh" else " "


def joined(sentences: tuple[str, ...], language: Language) -> str:
    """The whole text, just as it was shown."""
    text = ""
    before = ""
    for sentence in dict.fromkeys(sentences):
        text += (joint_of(before, sentence, language) if text else "") + sentence
        before = sentence
    return text
