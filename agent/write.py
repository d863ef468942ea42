"""Wording an answer with the model: shown sentence by sentence, each only after its check."""

import re
from dataclasses import dataclass, field

from agent.check import fault_of
from agent.evidence import Line
from agent.model import Message, Request
from agent.turn_state import Draft, Sentence, TurnContext

_END = re.compile(r"(?<=[。！？!?；;])|(?<=[.])(?=\s)|(?<=\n)")
_UNKNOWN = re.compile(r"^\W*(?:不知道|unknown)", re.I)


@dataclass
class Sentences:
    """Takes a growing text apart into whole sentences as they become complete."""

    rest: str = ""
    whole: list[str] = field(default_factory=list)

    def feed(self, piece: str) -> list[str]:
        """The sentences that this piece completes."""
        *done, self.rest = _END.split(self.rest + piece)
        done = [sentence.strip() for sentence in done if sentence.strip()]
        self.whole += done
        return done

    def end(self) -> list[str]:
        """What is left at the end counts as a sentence."""
        last, self.rest = self.rest.strip(), ""
        self.whole += [last] if last else []
        return [last] if last else []


async def write(turn: TurnContext, question: str, lines: tuple[Line, ...]) -> Draft:
    """The model's own words; sentences that say more than the evidence are left out."""
    persona = f"{turn.brand.name} {turn.brand.agent_name}\n{turn.brand.persona}"
    shown = "\n".join(f"[{line.number}] {line.shown}" for line in lines)
    request = Request(
        messages=(
            Message("system", f"{turn.prompts.write}\n{persona}"),
            Message("user", f"{shown}\n\n{turn.prompts.customer}{question}"),
        ),
        max_tokens=220,
    )
    sentences = Sentences()
    kept: list[Sentence] = []

    def take(texts: list[str]) -> None:
        for text in texts:
            if fault_of(text, lines, turn) is None and not _UNKNOWN.match(text):
                best = max(lines, key=lambda line: _overlap(text, line.said))
                kept.append(Sentence(text, best.hit.source, best.hit.text))
                turn.speak(text)

    completion = await turn.asking.ask("answer", request, lambda piece: take(sentences.feed(piece)))
    if not sentences.whole and not sentences.rest:
        take(sentences.feed(completion.text))
    take(sentences.end())
    return Draft(tuple(kept), unanswered=not kept)


def _overlap(text: str, line: str) -> float:
    grams = {text[i : i + 2] for i in range(len(text) - 1)}
    return sum(gram in line for gram in grams) / max(1, len(grams))
