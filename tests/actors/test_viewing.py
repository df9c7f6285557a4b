from hypothesis import given
from hypothesis import strategies as st

from actors.ports import Screen
from actors.viewing import CONTROLLING, RENEWAL_MS, Viewing
from tests.actors.cast import BELL, KHAN, NOW_MS, SITE, STRANGER, TRUST, screen, watch
from wire.messages import Picture

TEACHERS = frozenset({"khan", "bell"})


def admit(
    viewing: Viewing, asked: Screen, *, viewer: str = "v1", now_ms: int = NOW_MS, **more: object
) -> str:
    request = watch(asked, viewer=viewer, **more)  # type: ignore[arg-type]
    return viewing.admit(request, asked, TEACHERS, TRUST, SITE, now_ms)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["v1", "v2", "v3"]),
            st.sampled_from(["wall", "view", "share", "control", "drop"]),
            st.integers(0, 6_000),
        ),
        max_size=40,
    )
)
def test_at_most_one_viewer_holds_input_and_keeps_it_until_it_lets_go(
    asks: list[tuple[str, str, int]],
) -> None:
    viewing, now_ms = Viewing(), NOW_MS
    for viewer, mode, wait_ms in asks:
        now_ms += wait_ms
        viewing.expire(now_ms)
        before = viewing.controller
        if mode == "drop":
            viewing.drop(viewer)
            continue
        refusal = admit(viewing, screen(mode=mode), viewer=viewer, now_ms=now_ms)
        holders = [v for v in viewing.message(now_ms).viewers if v.mode in CONTROLLING]
        assert len(holders) <= 1
        if before and before.id != viewer:
            assert [v.id for v in holders] == [before.id]
            assert bool(refusal) == (mode in CONTROLLING)


def test_who_is_refused_control_still_looks_and_is_told_who_has_it() -> None:
    viewing = Viewing()
    assert admit(viewing, screen(mode="control"), principal=KHAN) == ""
    refusal = admit(viewing, screen(mode="share"), viewer="v2", principal=BELL)
    assert refusal == "Ms Khan has control of this device."
    modes = {v.id: v.mode for v in viewing.message(NOW_MS).viewers}
    assert modes == {"v1": "control", "v2": "view"}


def test_nobody_of_another_trust_gets_in() -> None:
    viewing = Viewing()
    assert admit(viewing, screen(), principal=STRANGER) != ""
    assert viewing.count == 0


def test_a_viewer_whose_rights_are_gone_is_let_go_at_its_renewal() -> None:
    viewing = Viewing()
    admit(viewing, screen())
    bare = type(KHAN)(KHAN.person, KHAN.name, KHAN.trust, ())
    assert admit(viewing, screen(), principal=bare) != ""
    assert viewing.count == 0
    assert viewing.wants_sending(NOW_MS)


def test_a_renewal_that_changes_nothing_is_passed_on_now_and_then() -> None:
    viewing = Viewing()
    admit(viewing, screen())
    viewing.message(NOW_MS)
    admit(viewing, screen(), now_ms=NOW_MS + 10)
    assert not viewing.wants_sending(NOW_MS + 10)
    assert viewing.wants_sending(NOW_MS + RENEWAL_MS)
    admit(viewing, screen(mode="view"), now_ms=NOW_MS + 20)
    assert viewing.wants_sending(NOW_MS + 20)


def test_leases_run_out_one_by_one() -> None:
    viewing = Viewing()
    admit(viewing, screen(), lease_s=5)
    admit(viewing, screen(), viewer="v2", lease_s=10)
    assert not viewing.expire(NOW_MS + 4_999)
    assert viewing.expire(NOW_MS + 5_000)
    assert viewing.find("v1") is None
    assert viewing.find("v2") is not None


def test_pictures_go_to_those_who_want_them_of_that_monitor() -> None:
    viewing = Viewing()
    admit(viewing, screen(pictures_ms=500), viewer="v1")
    admit(viewing, screen(), viewer="v2")
    admit(viewing, screen(pictures_ms=500, monitor=1), viewer="v3")
    shown = list(viewing.show("pc-1", Picture(0, 320, 180, b"jpeg", 1)))
    assert [effect.viewer for effect in shown] == ["v1"]
