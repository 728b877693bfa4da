"""Base58btc and Multikeys."""

import pytest

from lms.credentials import multibase


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "z"),
        (b"\0", "z1"),
        (b"\0\0\xff", "z115Q"),
        (b"Hello World!", "z2NEpo7TZRRrLZSi2U"),
    ],
    ids=["nothing", "a zero", "leading zeros", "the example of the base58 draft"],
)
def test_bytes_are_written_and_read_back(data, text):
    assert multibase.encode(data) == text
    assert multibase.decode(text) == data


@pytest.mark.parametrize(
    "text",
    ["", "2NEpo7", "u2NEpo7", "z0", "zO", "zI", "zl", "z ", "zé", "z" + "2" * 128],
)
def test_other_texts_are_refused(text):
    with pytest.raises(ValueError, match="base58btc"):
        multibase.decode(text)


def test_a_public_key_is_written_and_read_back():
    public = bytes(range(32))

    text = multibase.encode_key(public)

    assert text.startswith("z6Mk")
    assert multibase.decode_key(text) == public


@pytest.mark.parametrize(
    "data",
    [b"\xed\x01" + bytes(31), b"\xed\x01" + bytes(33), b"\xec\x01" + bytes(32), bytes(32)],
    ids=["too short", "too long", "an X25519 key", "no kind told"],
)
def test_no_other_key_is_taken_for_an_ed25519_key(data):
    with pytest.raises(ValueError, match="Ed25519"):
        multibase.decode_key(multibase.encode(data))


def test_a_key_of_another_length_is_not_written():
    with pytest.raises(ValueError, match="32 bytes"):
        multibase.encode_key(bytes(31))
