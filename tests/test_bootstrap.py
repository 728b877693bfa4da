"""Settings, and the parts built from them."""

from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path

import pytest

from lms.bootstrap import (
    PREFIX,
    Settings,
    assemble,
    beside_package,
    make_session_key,
    relay_key,
    session_key,
)

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda setting: setting.name)
def test_every_setting_has_a_purpose_and_stands_in_the_operator_s_table(setting):
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")

    assert setting.metadata["purpose"].endswith((".", ")"))
    assert f"| `{PREFIX}{setting.name.upper()}` |" in page


def test_what_is_not_set_has_its_default():
    settings = Settings.from_environment({})

    assert settings == Settings()
    assert settings.database_url == f"sqlite:///{Path('data').resolve() / 'jazari.sqlite'}"


def test_the_environment_goes_before_the_default_and_the_command_line_before_both():
    environment = {"JAZARI_DATA": "/srv/data", "JAZARI_WORKERS": "4"}

    settings = Settings.from_environment(environment, data="/tmp/other", base_url=None)

    assert (settings.data, settings.workers) == ("/tmp/other", "4")
    assert settings.base_url == Settings().base_url


def test_a_slash_after_the_public_address_makes_no_other_address():
    settings = Settings.from_environment({"JAZARI_BASE_URL": "https://learn.example.org/"})

    assert settings.base_url == "https://learn.example.org"


def test_other_variables_change_nothing():
    assert Settings.from_environment({"DATA": "x", "JAZARI_UNKNOWN": "y"}) == Settings()


def test_settings_travel_to_another_process_whole():
    settings = Settings(data="elsewhere", base_url="https://learn.example.org", proxies="1")

    assert Settings.from_environment(settings.as_environment()) == settings


def test_settings_do_not_change():
    with pytest.raises(FrozenInstanceError):
        Settings().data = "elsewhere"


@pytest.mark.parametrize(
    ("address", "expected"),
    [("https://learn.example.org", True), ("http://127.0.0.1:8000", False)],
)
def test_cookies_must_be_secure_where_visitors_come_over_tls(address, expected):
    assert Settings(base_url=address).secure is expected


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ("http://127.0.0.1:8000", "ws://127.0.0.1:8001/kernels"),
        ("http://[::1]:9000", "ws://[::1]:9001/kernels"),
        ("http://learn.example", "ws://learn.example/kernels"),
        ("https://learn.example.org", "wss://learn.example.org/kernels"),
        ("https://learn.example.org:8443/lms", "wss://learn.example.org:8443/lms/kernels"),
    ],
)
def test_the_relay_is_the_next_port_of_a_plain_site_and_the_same_address_behind_tls(site, expected):
    assert Settings(base_url=site).relay_url == expected


def test_an_address_of_the_relay_that_is_set_is_the_one():
    assert Settings(relay="wss://kernels.example.org/k").relay_url == "wss://kernels.example.org/k"


def test_the_relay_s_key_is_the_site_s_own_and_does_not_give_the_session_key_away():
    settings = Settings(secret="from the operator")

    assert relay_key(settings) == relay_key(settings)
    assert relay_key(settings) != relay_key(Settings(secret="another"))
    assert "operator" not in relay_key(settings)


def test_assembling_writes_nothing(tmp_path):
    folder = tmp_path / "data"

    assemble(Settings(data=str(folder)))

    assert not folder.exists()


def test_the_session_key_is_made_once_for_its_owner_s_eyes_only(tmp_path):
    settings = Settings(data=str(tmp_path))

    make_session_key(settings)
    first = session_key(settings)
    make_session_key(settings)

    assert session_key(settings) == first
    assert len(first) == 64
    assert (tmp_path / "session.key").stat().st_mode & 0o777 == 0o600


def test_a_session_key_that_is_set_needs_no_file(tmp_path):
    settings = replace(Settings(data=str(tmp_path)), secret="from the operator")

    make_session_key(settings)

    assert session_key(settings) == "from the operator"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["courses", "static"])
def test_what_ships_with_the_product_is_found(name):
    assert beside_package(name).is_dir()
