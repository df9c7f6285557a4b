import pytest

from hub.settings import Settings
from hub.setup import setup_code_hash, setup_notice
from store.engine import Store
from store.setup import is_setup_code

NOW_MS = 1_800_000_000_000


def codes(store: Store, settings: Settings, count: int) -> list[str]:
    notices = [setup_notice(store, settings, NOW_MS) or "" for _ in range(count)]
    return [notice.splitlines()[3].strip() for notice in notices]


def test_each_start_prints_another_code_and_only_the_newest_works(
    hub_store: Store, settings: Settings
) -> None:
    printed = codes(hub_store, settings, 20)
    assert len(set(printed)) == 20
    working = [code for code in printed if is_setup_code(hub_store, setup_code_hash(code), NOW_MS)]
    assert working == printed[-1:]


def test_the_code_itself_is_kept_nowhere(hub_store: Store, settings: Settings) -> None:
    (code,) = codes(hub_store, settings, 1)
    plain = code.replace("-", "")
    kept = b"".join(file.read_bytes() for file in settings.data_dir.glob("formroom.sqlite3*"))
    assert setup_code_hash(code) in kept
    assert code.encode() not in kept
    assert plain.encode() not in kept


@pytest.mark.parametrize("typed", ["ABCDE-FGH23", "abcde fgh23", " AbCdEfGh23\n", "abcde–fgh23"])
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert setup_code_hash(typed) == setup_code_hash("ABCDEFGH23")
