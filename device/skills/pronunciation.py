"""How names are said: learned from the owner's own voice, and forgotten again."""

from collections.abc import Sequence

from device.context import Context
from device.effects import ForgetPronunciation, LearnPronunciation, Plan, Question
from device.events import Ask, Outcome, Request

TIMES = 2
"""How often a name is to be said before it is learned."""


class Pronunciation:
    """Asks for a name to be said, until it was said often enough."""

    name = "pronunciation"
    intents = frozenset({"LearnPronunciation", "ForgetPronunciation"})
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """What to ask for, learn or forget."""
        word = request.slot("word")
        if word is None:
            return Plan(reply="I don't know which name you mean.")
        name = str(word)
        if request.intent == "ForgetPronunciation":
            said = f"I listen for {name} as it is written."
            return Plan(reply=said, effects=(ForgetPronunciation(name=name),))
        if len(context.lesson) < TIMES:
            text = "Once more, please." if context.lesson else f"Now say only the name: {name}."
            question = Question(kind=Ask.TEACH, text=text, request=request, slot="sound")
            return Plan(question=question)
        said = f"I have learned how you say {name}."
        return Plan(reply=said, effects=(LearnPronunciation(name=name, sounds=context.lesson),))

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """What was planned to be said."""
        return plan.reply
