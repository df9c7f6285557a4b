"""The lines between the core and the notice."""

import msgspec
import pytest

from endpoint.notice.scene import (
    Lock,
    Scene,
    Status,
    Watcher,
    decode_scene,
    decode_status,
    encode_line,
)


def test_scenes_and_statuses_survive_their_pipe() -> None:
    scene = Scene((Watcher("Ms Khan", "teacher", "view"),), Lock("a", "one\ntwo", "x", 3.0), 7)
    line = encode_line(scene)
    assert line.count(b"\n") == 1
    assert decode_scene(line) == scene
    status = Status("a", False, "busy", 7)
    assert decode_status(encode_line(status)) == status


def test_what_is_no_scene_is_refused() -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_scene(b'{"watchers": 3}')


def test_only_a_scene_without_watcher_and_lock_is_empty() -> None:
    assert Scene(number=9).is_empty
    assert not Scene(lock=Lock("a")).is_empty
    assert not Scene((Watcher("", "", "wall"),)).is_empty
