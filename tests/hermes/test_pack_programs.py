"""Programs that answer for packs: each hears its own, declines, is late, goes and comes back."""

from collections.abc import Iterator

import msgspec
import pytest

from device.core import Speaker
from device.events import Ask, Turn
from device.hermes.calls import SHORT_MS, SILENT_TIMES
from device.ports import BusDown, BusMessage, BusUp
from device.routing.agenda import CANNOT
from tests.hermes.guests import Json
from tests.hermes.talks import CONFIG, PACKS, World

ANSWER_MS = CONFIG.hermes.answer_ms


class Home:
    """A speaker with packs, and what their programs say and hear."""

    def __init__(self) -> None:
        self.world = World()
        self.speaker: Speaker = self.world.speaker(packs=PACKS)
        self.turns: list[Turn] = []

    def say(self, text: str) -> None:
        self.turns += self.speaker.say(text)

    def told(self, topic: str) -> list[Json]:
        sent = self.world.bus.sent
        return [msgspec.json.decode(m.payload) for m in sent if m.topic == f"hermes/{topic}"]

    def session(self, topic: str) -> str:
        """The session of what was last told on a topic."""
        return str(self.told(f"intent/{topic}")[-1]["sessionId"])

    def tell(self, topic: str, session: str, **more: object) -> None:
        payload = msgspec.json.encode({"sessionId": session, **more})
        message = BusMessage(topic=f"hermes/dialogueManager/{topic}", payload=payload)
        self.turns += self.speaker.take(message)

    def end(self, topic: str, text: str = "", **more: object) -> None:
        self.tell("endSession", self.session(topic), text=text, **more)

    def pass_ms(self, ms: int) -> None:
        self.world.clock.jump(ms)
        for _ in range(2):
            self.turns += self.speaker.take(None)

    @property
    def replies(self) -> list[str]:
        return [turn.reply.text for turn in self.turns]


@pytest.fixture(name="home")
def _home() -> Iterator[Home]:
    home = Home()
    yield home
    home.world.store.close()


def test_a_pack_hears_its_requests_on_its_own_topic_and_nobody_else_does(home: Home) -> None:
    home.say("make an elephant sound")

    (told,) = home.told("intent/zoo")
    assert told["intent"]["intentName"] == "MakeAnimalSound"
    assert told["input"] == "make an elephant sound"
    intents = [m.topic for m in home.world.bus.sent if m.topic.startswith("hermes/intent/")]
    assert intents == ["hermes/intent/zoo"]
    assert home.speaker.busy

    home.end("zoo", "Toot.")
    assert home.replies == ["Toot."]
    assert home.turns[0].routes[0].skill == "zoo"


def test_a_pack_without_a_topic_hears_its_intents(home: Home) -> None:
    home.say("tell me a joke")
    home.end("TellJoke", "Knock knock.")

    assert home.replies == ["Knock knock."]


def test_each_pack_answers_its_own_part_in_a_session_of_its_own(home: Home) -> None:
    home.say("tell me a joke and what time is it and make an elephant sound")
    joke, zoo = home.session("TellJoke"), home.session("zoo")
    own = home.session("HassGetCurrentTime")
    assert len({joke, zoo, own}) == 3

    home.end("zoo", "Toot.")
    assert home.speaker.busy
    home.end("TellJoke", "Knock knock.")

    (reply,) = home.replies
    assert reply.startswith("Knock knock. It is ")
    assert reply.endswith(" Toot.")
    assert {c["sessionId"] for c in home.told("dialogueManager/sessionStarted")} == {joke, zoo, own}
    assert {c["sessionId"] for c in home.told("dialogueManager/sessionEnded")} == {joke, zoo, own}


def test_nobody_answers_for_anybody_else(home: Home) -> None:
    home.say("tell me a joke and make an elephant sound")
    joke, own = home.session("TellJoke"), home.told("dialogueManager/sessionStarted")[0]

    home.tell("endSession", joke, text="Knock knock.")
    home.tell("endSession", joke, text="I am the zoo, and say: unlock everything.")
    home.tell("endSession", own["sessionId"], text="So am I.")
    home.tell("endSession", "kitchen-1", text="And I.")
    assert home.speaker.busy
    home.end("zoo", "Toot.")

    assert home.replies == ["Knock knock. Toot."]
    assert len(home.told("error/dialogueManager")) == 3


def test_the_id_of_a_session_cannot_be_guessed_from_others() -> None:
    first, second = World(), World()
    ids = []
    for world, secret in ((first, b"one"), (second, b"another")):
        home = Home.__new__(Home)
        home.world, home.turns = world, []
        world.secret = secret
        home.speaker = world.speaker(packs=PACKS)
        home.say("make an elephant sound")
        ids.append(home.session("zoo"))
        world.store.close()

    assert ids[0] != ids[1]
    assert ids[0].rpartition("-")[0] == ids[1].rpartition("-")[0]
    assert all(len(id_.rpartition("-")[2]) == 20 for id_ in ids)


# "I don't know that one" --------------------------------------------------------------------


def test_the_next_best_is_asked_where_one_declines(home: Home) -> None:
    home.say("make an elephant sound")
    first = home.session("zoo")
    home.end("zoo", "I have no elephant.", declined=True)
    assert home.speaker.busy
    assert home.session("safari") != first

    home.end("safari", "Trumpet.")

    assert home.replies == ["Trumpet."]
    (route,) = home.turns[0].routes
    assert (route.skill, route.declined) == ("safari", ("zoo",))


def test_after_three_that_decline_the_best_one_has_the_last_word(home: Home) -> None:
    home.say("make an elephant sound")
    home.end("zoo", "I have no elephant.", declined=True)
    home.end("safari", "Nor have I.", declined=True)
    home.end("farm", "Moo?", declined=True)

    assert home.replies == ["I have no elephant."]
    (route,) = home.turns[0].routes
    assert (route.skill, route.declined) == (None, ("zoo", "safari", "farm"))


def test_one_that_declines_without_a_word_leaves_what_cannot_be_done(home: Home) -> None:
    home.say("tell me a joke")
    home.end("TellJoke", declined=True)

    assert home.replies == [CANNOT]
    assert home.turns[0].routes[0].declined == ("jokes",)


def test_a_part_that_is_declined_goes_on_while_the_others_stand(home: Home) -> None:
    home.say("tell me a joke and make an elephant sound and what time is it")
    home.end("zoo", declined=True)
    home.end("TellJoke", "Knock knock.")
    assert home.speaker.busy
    home.end("safari", "Trumpet.")

    (reply,) = home.replies
    assert reply.startswith("Knock knock. Trumpet. It is ")
    assert [route.declined for route in home.turns[0].routes] == [(), ("zoo",), ()]


def test_whoever_declined_may_not_answer_after_all(home: Home) -> None:
    home.say("make an elephant sound")
    first = home.session("zoo")
    home.end("zoo", declined=True)
    home.tell("endSession", first, text="I do know it.")
    home.end("safari", "Trumpet.")

    assert home.replies == ["Trumpet."]
    assert len(home.told("error/dialogueManager")) == 1


def test_all_that_are_asked_have_the_time_of_one_turn_together(home: Home) -> None:
    home.say("make an elephant sound")
    home.pass_ms(ANSWER_MS - 100)
    home.end("zoo", declined=True)
    home.pass_ms(99)
    assert home.turns == []
    home.pass_ms(1)

    assert home.replies == ["Safari does not answer."]


# Slow, silent, dead -------------------------------------------------------------------------


def test_silence_ends_with_the_name_of_who_does_not_answer(home: Home) -> None:
    home.say("what time is it and make an elephant sound")
    home.pass_ms(ANSWER_MS)

    assert home.replies[0].endswith("Zoo sounds does not answer.")
    assert home.replies[0].startswith("It is ")


def silent(home: Home) -> int:
    """How long the elephant is waited for in vain, milliseconds."""
    count = len(home.turns)
    home.say("make an elephant sound")
    waited = 0
    while len(home.turns) == count:
        home.pass_ms(100)
        waited += 100
        assert waited <= ANSWER_MS
    assert home.replies[-1] == "Zoo sounds does not answer."
    return waited


def test_who_does_not_answer_again_and_again_is_waited_for_less(home: Home) -> None:
    waits = [silent(home) for _ in range(SILENT_TIMES + 2)]
    assert waits == [ANSWER_MS] * SILENT_TIMES + [SHORT_MS] * 2

    home.say("make an elephant sound")
    home.end("zoo", "Toot.")
    assert home.replies[-1] == "Toot."

    assert silent(home) == ANSWER_MS


def test_a_late_answer_does_nothing_but_show_that_somebody_is_there(home: Home) -> None:
    for _ in range(SILENT_TIMES):
        silent(home)
    count = len(home.turns)

    home.end("zoo", "Toot, at last.")

    assert len(home.turns) == count
    (error,) = home.told("error/dialogueManager")
    assert "too late" in error["error"]
    assert silent(home) == ANSWER_MS


def test_the_silence_of_one_pack_is_not_that_of_another(home: Home) -> None:
    for _ in range(SILENT_TIMES):
        silent(home)
    home.say("tell me a joke")
    home.pass_ms(ANSWER_MS - 1)
    assert home.speaker.busy
    home.pass_ms(1)

    assert home.replies[-1] == "Jokes does not answer."


def test_the_broker_that_goes_is_not_blamed_on_the_pack(home: Home) -> None:
    for _ in range(SILENT_TIMES + 1):
        home.say("make an elephant sound and tell me a joke")
        home.end("TellJoke", "Knock knock.")
        home.world.bus.connected = False
        home.turns += home.speaker.take(BusDown(reason="gone"))
        assert home.replies[-1] == (
            "I can't reach Zoo sounds, because the home's broker is gone. Knock knock."
        )
        home.world.bus.connected = True
        home.turns += home.speaker.take(BusUp())

    assert silent(home) == ANSWER_MS


def test_without_a_broker_nobody_is_waited_for(home: Home) -> None:
    home.world.bus.connected = False
    home.turns += home.speaker.take(BusDown(reason="gone"))

    home.say("make an elephant sound")

    assert home.replies == ["I can't reach Zoo sounds, because the home's broker is gone."]


def test_a_speaker_that_is_switched_off_ends_what_it_began(home: Home) -> None:
    home.say("make an elephant sound and tell me a joke")
    home.speaker.leave()

    started = {c["sessionId"] for c in home.told("dialogueManager/sessionStarted")}
    ended = [c["sessionId"] for c in home.told("dialogueManager/sessionEnded")]
    assert len(started) == 3
    assert sorted(ended) == sorted(started)


# Questions ----------------------------------------------------------------------------------


def test_two_programs_ask_one_after_the_other(home: Home) -> None:
    home.say("tell me a joke and make an elephant sound")
    home.tell("continueSession", home.session("zoo"), text="Which one?", slot="size")
    home.tell("continueSession", home.session("TellJoke"), text="A long one?", slot="length")
    (turn,) = home.turns
    assert (turn.reply.text, turn.reply.asks) == ("Which one?", Ask.MISSING)

    home.say("blue cheese")
    again = home.told("intent/zoo")[-1]
    assert again["intent"]["intentName"] == "MakeAnimalSound"
    assert [s["value"]["value"] for s in again["slots"]] == ["blue cheese"]
    home.end("zoo", "Toot.")
    home.pass_ms(3_000)
    home.pass_ms(3_000)

    home.say("blue cheese")
    assert [s["slotName"] for s in home.told("intent/TellJoke")[-1]["slots"]] == ["length"]
    home.end("TellJoke", "Knock knock.")
    assert home.replies == ["Which one?", "Toot.", "Knock knock."]
