"""Offers a lesson at the moment that `device.teaching.notice` sees.

    wrong   "that's not what I meant": what should have been done? It is taken back with the
            end of the lesson, whichever that is
    again   the same asked in vain once more, or what was taken back before

No lesson is offered for what is beyond the speaker, however often it is asked for.
"""

from collections.abc import Sequence
from dataclasses import replace

from device.context import Context
from device.events import DeviceCommand, Hypothesis, Request, Turn
from device.teaching import lesson
from device.teaching.examiner import LONGEST_NAME
from device.teaching.gap import Gap, Lacks, Verdict
from device.teaching.notice import (
    STILL,
    TAKEN_BACK,
    Encode,
    Wrong,
    in_vain,
    is_question,
    taken_back_before,
    tried_before,
    unknown,
    wrong_before,
)
from device.teaching.parts import Diagnoses
from device.teaching.teacher import Teacher

SURE_BEYOND = 0.55
"""Confidence from which what seems to be beyond the speaker is, 0 to 1; of sentences tried by hand,
questions about the world had 0.60 and more, wishes about the home 0.51 and less."""

HEARD_WELL = 0.6
"""Score of recognition below which a sentence is not worth a lesson, 0 to 1."""


class Noticing:
    """Notices, and opens lessons."""

    def __init__(self, teacher: Teacher, gaps: Diagnoses, encode: Encode) -> None:
        """Take who holds lessons.

        Args:
            teacher: Holds them.
            gaps: Knows what no lesson would help with.
            encode: The utterance encoder.
        """
        self._teacher = teacher
        self._gaps = gaps
        self._encode = encode

    def wrong(self, context: Context) -> lesson.Asks | Turn | None:
        """What "that's not what I meant" comes to.

        Returns:
            The first question of a lesson; or the turn that is to be taken back and no more; or
            None where nothing was done that could be wrong.
        """
        found = wrong_before(context)
        if not isinstance(found, Wrong):
            return found
        ask = f"What should I do when you say \u201c{found.said}\u201d?"
        subject = self._subject(found.said, found.request, ask, context)
        if subject is None or (not found.turn and self._beyond(found.request, context)):
            return None
        before = tuple(turn for turn in context.turns if turn.text != found.said)
        return self._teacher.begin(replace(subject, corrects=found.turn, turns=before), context)

    def again(
        self,
        heard: Hypothesis,
        requests: Sequence[Request],
        turn: Turn,
        commands: Sequence[DeviceCommand],
        context: Context,
    ) -> lesson.Asks | None:
        """What somebody is asked who tries again what was not understood before.

        Args:
            heard: What was said.
            requests: What it asks for.
            turn: The record of this turn as far as it is known, before anything is done.
            commands: What is about to be done.
            context: The home, and the turns before.

        Returns:
            The first question of a lesson, or None.
        """
        if not requests or heard.score < HEARD_WELL:
            return None
        first = requests[0]
        if commands:
            before = taken_back_before(heard.text, requests, commands, context, self._encode)
            quoted = f"\u201c{heard.text}\u201d"
            ask = f"{TAKEN_BACK} What should I do when you say {quoted}?"
        elif in_vain(requests, turn, context):
            before = tried_before(heard.text, first, context, self._encode)
            ask = f"{STILL} get that. Do you want to teach me what you mean by that?"
        else:
            return None
        if before is None or (not commands and self._beyond(first, context)):
            return None
        if not commands and is_question(heard.text) and unknown(first, context) is None:
            return None
        plainest = min(heard.text, before.text, key=lambda text: len(text.split()))
        subject = self._subject(heard.text, first, ask, context, called=plainest)
        return None if subject is None else self._teacher.begin(subject, context)

    def _subject(
        self, said: str, request: Request, ask: str, context: Context, called: str = ""
    ) -> lesson.Subject | None:
        """A lesson about a name that the home does not have, else about the whole sentence.

        Args:
            said: What is carried out at the end.
            request: What it asks for.
            ask: The first question about a whole sentence.
            context: The home.
            called: The sentence to be remembered; "" for what was said.
        """
        name, lacks = unknown(request, context), Lacks.NEED
        if name is not None:
            lacks = Lacks.PLACE if name == request.slot("area") else Lacks.DEVICES
            ask = f"{STILL} know what {name} is. Do you want to teach me?"
        words = (called or said) if name is None else name
        if len(words) > LONGEST_NAME or not words.strip():
            return None
        gap = Gap(words=words, lacks=lacks, request=request, confidence=1.0)
        subject = self._teacher.subject(gap, said, context)
        return replace(subject, questions=(ask, *subject.questions[1:]))

    def _beyond(self, request: Request, context: Context) -> bool:
        found = self._gaps.diagnose(request, context)
        return found.verdict is Verdict.BEYOND and found.confidence >= SURE_BEYOND
