"""Who there is and who can be reached, whatever is announced, leaves and comes back."""

from hypothesis import given
from hypothesis import strategies as st

from device.home.dialect import Found, Reachable
from device.home.homefile import HomeFile
from device.home.plain import Plain
from device.home.roster import Roster

LAMP = Found(id="plain:lamp", name="Den/Lamp", kind="light")


def test_a_device_that_says_it_is_there_is_known_to_tell_when_it_goes() -> None:
    roster, plain = Roster(HomeFile()), Plain()
    roster.join(plain, LAMP)
    assert not roster.home.devices[0].watched

    news = roster.reached(plain, Reachable(device=LAMP.id, online=True))

    assert not news, "it could be reached before"
    assert roster.home.devices[0].watched


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("join", "leave", "online", "offline", "all online", "all offline")),
            st.sampled_from("abc"),
        ),
        max_size=25,
    )
)
def test_the_home_is_what_was_announced_and_not_taken_back(steps: list[tuple[str, str]]) -> None:
    roster, plain = Roster(HomeFile()), Plain()
    there: set[str] = set()
    away: dict[str, bool] = {}
    bridge = True
    for deed, name in steps:
        match deed.split():
            case ["join"]:
                found = Found(id=name, name=f"Den/{name}", kind="switch")
                assert roster.join(plain, found) == (name not in there)
                there.add(name)
            case ["leave"]:
                assert roster.leave(name) == (name in there)
                there.discard(name)
                away.pop(name, None)
            case [word] if name in there:
                changed = roster.reached(plain, Reachable(device=name, online=word == "online"))
                assert changed == (
                    {name} if away.get(name, False) != (word == "offline") else set()
                )
                away[name] = word == "offline"
            case ["all", word]:
                assert (
                    roster.reached(plain, Reachable(device=None, online=word == "online")) == there
                )
                bridge = word == "online"
        assert {d.id: (d.available, d.watched) for d in roster.home.devices} == {
            id_: (bridge and not away.get(id_, False), id_ in away) for id_ in there
        }
