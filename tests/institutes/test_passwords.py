"""Passwords at rest."""

import pytest
from argon2 import PasswordHasher

from lms.institutes import passwords


@pytest.fixture(autouse=True)
def as_in_the_product(monkeypatch, cheap_passwords):
    monkeypatch.setattr(passwords, "_hasher", cheap_passwords)


def test_a_hash_is_argon2id_and_never_the_same_twice():
    first, second = passwords.hashed("open sesame"), passwords.hashed("open sesame")

    assert first.startswith("$argon2id$")
    assert first != second
    assert "open sesame" not in first


def test_only_the_password_that_was_hashed_matches():
    stored = passwords.hashed("open sesame")

    assert passwords.matches(stored, "open sesame")
    assert not passwords.matches(stored, "Open sesame")
    assert not passwords.matches(stored, "")


def test_nobody_can_sign_in_where_no_hash_is_stored():
    assert not passwords.matches(None, "nobody has this password")
    assert not passwords.matches(None, "")


def test_a_damaged_hash_matches_nothing():
    assert not passwords.matches("$argon2id$v=19$broken", "open sesame")


def test_a_hash_takes_the_work_that_the_library_advises():
    advised = PasswordHasher()

    assert not advised.check_needs_rehash(passwords.hashed("open sesame"))


def test_a_hash_with_weaker_parameters_is_outdated():
    weak = PasswordHasher(time_cost=1, memory_cost=1024).hash("open sesame")

    assert passwords.is_outdated(weak)
    assert not passwords.is_outdated(passwords.hashed("open sesame"))
