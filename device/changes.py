"""What a turn changes besides devices: notebook, volume, microphone, records, what is learned."""

import logging

from device.acquaintances import Acquaintances
from device.diary import Diary
from device.draft import Draft
from device.effects import LearnConcept
from device.errors import InglenookError, StoreError
from device.events import Reply
from device.forgetting import Forgetting
from device.lessons import Lessons
from device.microphone import Microphone
from device.persons import Persons
from device.ports import Store
from device.pronunciations import Pronunciations
from device.routing.agenda import Agenda
from device.speech.speaking import Speaking

logger = logging.getLogger(__name__)

VOLUME = "volume"
"""Where the store keeps the speaker's volume, 0 to 100 in digits."""


class Changes:
    """Makes them, and says so in the turn where one could not be made."""

    def __init__(
        self,
        store: Store,
        diary: Diary,
        speaking: Speaking,
        microphone: Microphone,
        forgetting: Forgetting,
        pronunciations: Pronunciations,
        lessons: Lessons,
        persons: Persons,
        acquaintances: Acquaintances | None = None,
    ) -> None:
        """Take what can be changed."""
        self._lessons = lessons
        self._persons = persons
        self._acquaintances = acquaintances
        self._store = store
        self._diary = diary
        self._speaking = speaking
        self._microphone = microphone
        self._forgetting = forgetting
        self._pronunciations = pronunciations

    def make(self, draft: Draft, agenda: Agenda) -> None:
        """Make the changes of a turn's agenda, or of a part of it."""
        self._teach(draft, agenda)
        for said in agenda.introduced:
            self._persons.is_now(said.person, draft.before.now_ms)
        if agenda.notebook is not None:
            self._diary.keep(agenda.notebook)
        if agenda.volume is not None:
            self._turn_up(agenda.volume)
        if agenda.microphone is not None:
            self._microphone.turn(on=agenda.microphone)
        if agenda.forgets:
            self._forget(draft, agenda)
        self._pronounce(draft, agenda)
        if self._acquaintances is not None:
            self._acquaintances.unsettle(agenda.unsettled)
            self._acquaintances.begun(agenda.routes, draft.before)

    def _turn_up(self, volume: int) -> None:
        self._speaking.volume = volume
        try:
            self._store.save(VOLUME, str(volume).encode())
        except StoreError as exc:
            logger.warning("%s", exc)

    def _forget(self, draft: Draft, agenda: Agenda) -> None:
        try:
            self._forgetting.forget(agenda.forgets)
        except StoreError as exc:
            draft.error = str(exc)
            draft.reply = Reply(text=f"I could not delete everything: {exc}.")

    def _teach(self, draft: Draft, agenda: Agenda) -> None:
        try:
            for change in agenda.taught:
                if isinstance(change, LearnConcept):
                    self._lessons.learn(change.concept)
                else:
                    self._lessons.forget(change.concepts)
        except InglenookError as exc:
            draft.error = str(exc)
            draft.reply = Reply(text=f"I could not remember that: {exc}.")

    def _pronounce(self, draft: Draft, agenda: Agenda) -> None:
        for wanted in agenda.pronunciations:
            try:
                told = self._pronunciations.carry_out(wanted)
            except InglenookError as exc:
                draft.error = str(exc)
                told = f"I could not do that: {exc}."
            draft.reply = draft.reply if told is None else Reply(text=told)
