"""The agent's settings."""

from pathlib import Path

import pytest

from endpoint.settings import Settings, SettingsError, read_settings


def test_defaults_hold_without_file_and_environment() -> None:
    assert read_settings(None, {}) == Settings()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "agent.toml"
    file.write_text('away_after_s = 60\nlog_level = "debug"\n')
    settings = read_settings(file, {"FORMROOM_ENDPOINT_AWAY_AFTER_S": "120", "HOME": "/x"})
    assert (settings.away_after_s, settings.log_level) == (120, "debug")


@pytest.mark.parametrize(
    "environment",
    [{"FORMROOM_ENDPOINT_AWAI_AFTER_S": "60"}, {"FORMROOM_ENDPOINT_AWAY_AFTER_S": "soon"}],
)
def test_unknown_keys_and_wrong_values_are_refused(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"awai_after_s|away_after_s"):
        read_settings(None, environment)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "agent.toml"
    file.write_text("away_after_s = ")
    with pytest.raises(SettingsError, match=r"agent\.toml"):
        read_settings(file, {})


def test_the_state_folder_is_the_accounts_own_unless_said(tmp_path: Path) -> None:
    assert Settings(state_folder=str(tmp_path)).state_path({}) == tmp_path
    assert Settings().state_path({"XDG_STATE_HOME": "/s"}) == Path("/s/formroom")
    assert Settings().state_path({}).parts[-3:] == (".local", "state", "formroom")


def test_every_setting_is_explained_in_the_readme() -> None:
    readme = (Path(__file__).parents[2] / "endpoint" / "README.md").read_text()
    for key in Settings.__struct_fields__:
        assert f"`{key}`" in readme


def test_addresses_in_the_environment_are_separated_by_spaces() -> None:
    environment = {"FORMROOM_ENDPOINT_ICE_SERVERS": "stun:a:3478 turn:b:3478"}
    assert read_settings(None, environment).ice_servers == ("stun:a:3478", "turn:b:3478")
