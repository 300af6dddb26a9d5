"""Whether an entity can be reached, by one topic or several."""

from dataclasses import dataclass

from device.errors import HomeError
from device.home.homeassistant.bindings import rendered
from device.home.homeassistant.options import Options
from device.home.homeassistant.templates import Template

MODES = ("latest", "all", "any")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """One topic that tells whether something can be reached."""

    topic: str
    online: str
    offline: str
    template: Template | None

    def hear(self, text: str) -> bool | None:
        """What a payload says; None where it says neither.

        Raises:
            HomeError: The template fails.
        """
        found = rendered(self.template, text)
        return {self.offline: False, self.online: True}.get(found or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """All topics that tell of one entity, and how they count."""

    beacons: tuple[Beacon, ...]
    mode: str

    @property
    def topics(self) -> tuple[str, ...]:
        """Where it is told."""
        return tuple(beacon.topic for beacon in self.beacons)

    def online(self, heard: dict[str, bool], latest: bool) -> bool:
        """Whether it can be reached.

        Args:
            heard: Topic -> what it last said; what never said anything counts as offline.
            latest: What was said last on any of them.
        """
        if self.mode == "all":
            return all(heard.get(topic, False) for topic in self.topics)
        if self.mode == "any":
            return any(heard.get(topic, False) for topic in self.topics)
        return latest


def availability(options: Options) -> Availability | None:
    """How an announcement says that; None where it is always there.

    Raises:
        HomeError: Something in it cannot be used.
    """
    found = options.content.get("availability")
    several = found if isinstance(found, list) else [found] if isinstance(found, dict) else []
    single = options.topic("availability_topic")
    beacons = [
        _beacon(Options(content=one), one_topic)
        for one in several
        if isinstance(one, dict)
        for one_topic in (Options(content=one).needed_topic("topic"),)
    ]
    if single is not None:
        beacons.append(_beacon(options, single))
    if not beacons:
        return None
    mode = options.text("availability_mode", "latest")
    if mode not in MODES:
        raise HomeError("announcement has an unknown mode of availability")
    return Availability(beacons=tuple(beacons), mode=mode)


def _beacon(options: Options, topic: str) -> Beacon:
    key = "value_template" if "topic" in options.content else "availability_template"
    return Beacon(
        topic=topic,
        online=options.text("payload_available", "online"),
        offline=options.text("payload_not_available", "offline"),
        template=options.template(key),
    )
