from pathlib import Path

import pytest

from hub.settings import Settings, SettingsError, read_settings, setting_rows


def test_the_defaults_listen_on_this_machine_only() -> None:
    settings = read_settings(None, {"PATH": "/bin"})
    assert (settings.host, settings.port) == ("127.0.0.1", 8750)
    assert settings.database_url == "sqlite:///var/formroom.sqlite3"
    assert settings.public_origins == ("http://127.0.0.1:8750", "http://localhost:8750")
    assert not settings.is_secure


def test_variables_win_over_the_file_and_are_converted(tmp_path: Path) -> None:
    file = tmp_path / "formroom.toml"
    file.write_text('port = 9000\nsilence_s = 60\nice_servers = ["stun:a", "stun:b"]\nshards = 2\n')
    settings = read_settings(
        file,
        {
            "FORMROOM_PORT": "9001",
            "FORMROOM_LOOPBACK_MEDIA": "true",
            "FORMROOM_PUBLIC_ORIGINS": "https://a.example, https://b.example",
            "FORMROOM_DATA_DIR": "elsewhere",
            "FORMROOM_ENDPOINT_LOG_LEVEL": "debug",
        },
    )
    assert (settings.port, settings.silence_s, settings.shards) == (9001, 60.0, 2)
    assert settings.ice_servers == ("stun:a", "stun:b")
    assert settings.public_origins == ("https://a.example", "https://b.example")
    assert settings.data_dir == Path("elsewhere")
    assert settings.loopback_media
    assert settings.is_secure


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "metrics-token"
    secret.write_text("0123456789abcdef\n")
    settings = read_settings(None, {"FORMROOM_METRICS_TOKEN_FILE": str(secret)})
    assert settings.metrics_token == "0123456789abcdef"
    with pytest.raises(SettingsError, match=r"FORMROOM_METRICS_TOKEN_FILE: .*No such file"):
        read_settings(None, {"FORMROOM_METRICS_TOKEN_FILE": str(tmp_path / "gone")})
    with pytest.raises(SettingsError, match="unknown setting 'prot_file'"):
        read_settings(None, {"FORMROOM_PROT_FILE": str(secret)})


@pytest.mark.parametrize("key", ["prot", "PORT_", "host_"])
def test_an_unknown_key_refuses_to_start_and_is_named(tmp_path: Path, key: str) -> None:
    file = tmp_path / "formroom.toml"
    file.write_text(f"{key} = 1\n")
    with pytest.raises(SettingsError, match=f"unknown setting '{key}'.*known are host"):
        read_settings(file, {})
    with pytest.raises(SettingsError, match=f"unknown setting '{key.lower()}'"):
        read_settings(None, {f"FORMROOM_{key.upper()}": "1"})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("port", '"many"'),
        ("port", "true"),
        ("port", "1.5"),
        ("port", "0"),
        ("host", "1"),
        ("loopback_media", '"yes"'),
        ("silence_s", "[]"),
        ("ice_servers", "[1]"),
        ("log_format", '"xml"'),
        ("heartbeat_s", "30"),
        ("metrics_token", '"changeme"'),
        ("public_origins", '["formroom.example"]'),
        ("public_origins", '["https://formroom.example/"]'),
        ("tls_key", '"key.pem"'),
    ],
)
def test_a_senseless_value_refuses_to_start_and_names_its_key(
    tmp_path: Path, key: str, value: str
) -> None:
    file = tmp_path / "formroom.toml"
    file.write_text(f"{key} = {value}\n")
    with pytest.raises(SettingsError, match=key):
        read_settings(file, {})


def test_a_file_that_cannot_be_read_refuses_to_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing\.toml"):
        read_settings(tmp_path / "missing.toml", {})
    (tmp_path / "broken.toml").write_text("port = = 1")
    with pytest.raises(SettingsError, match=r"broken\.toml"):
        read_settings(tmp_path / "broken.toml", {})


@pytest.mark.parametrize("host", ["0.0.0.0", "10.1.2.3", "::", "formroom.example"])
def test_an_open_address_without_tls_refuses_to_start(host: str) -> None:
    with pytest.raises(SettingsError, match="needs tls_certificate"):
        Settings(host=host, public_origins=("https://formroom.example",))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_needs_no_tls(host: str) -> None:
    assert "http://localhost:8750" in Settings(host=host).public_origins


def test_an_open_address_with_tls_must_say_its_origins() -> None:
    tls = {"tls_certificate": Path("c.pem"), "tls_key": Path("k.pem")}
    with pytest.raises(SettingsError, match="public_origins"):
        Settings(host="0.0.0.0", **tls)  # type: ignore[arg-type]
    assert Settings(port=443, **tls).public_origins[0] == "https://127.0.0.1"  # type: ignore[arg-type]


def test_the_operators_manual_has_every_setting_as_it_is() -> None:
    manual = Path("docs/operations.md").read_text(encoding="utf-8")
    for name, default, help_ in setting_rows():
        shown = f"`{default}`" if default else ""
        assert f"| `{name}` | {shown} | {help_} |" in manual
