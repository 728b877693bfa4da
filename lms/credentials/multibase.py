"""Base58btc multibase, and Ed25519 public keys written as Multikeys."""

from typing import Final

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
DIGITS: Final = {letter: value for value, letter in enumerate(ALPHABET)}

#: Keys and signatures are shorter; decoding takes quadratic time.
LONGEST: Final = 128

#: The multicodec "ed25519-pub", 0xed, as a variable-length integer.
ED25519_PUBLIC: Final = b"\xed\x01"
ED25519_LENGTH: Final = 32


def encode(data: bytes) -> str:
    """``data`` in base58btc with the multibase prefix "z"."""
    number = int.from_bytes(data, "big")
    letters = []
    while number:
        number, digit = divmod(number, 58)
        letters.append(ALPHABET[digit])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + ALPHABET[0] * zeros + "".join(reversed(letters))


def decode(text: str) -> bytes:
    """The bytes of a base58btc multibase ``text`` of at most 128 letters.

    Raises ValueError for any other base, length or letter.
    """
    if not text.startswith("z") or len(text) > LONGEST:
        raise ValueError("not a short base58btc multibase text")
    letters = text[1:]
    number = 0
    for letter in letters:
        if letter not in DIGITS:
            raise ValueError("not a base58btc letter")
        number = number * 58 + DIGITS[letter]
    zeros = len(letters) - len(letters.lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode_key(public: bytes) -> str:
    """``publicKeyMultibase`` of the 32 bytes of an Ed25519 public key.

    Source: W3C Controlled Identifiers 1.0, Multikey.
    """
    if len(public) != ED25519_LENGTH:
        raise ValueError("an Ed25519 public key has 32 bytes")
    return encode(ED25519_PUBLIC + public)


def decode_key(text: str) -> bytes:
    """The 32 bytes of the Ed25519 public key that ``text`` writes as a Multikey.

    Raises ValueError when it is anything else.
    """
    data = decode(text)
    if not data.startswith(ED25519_PUBLIC) or len(data) != len(ED25519_PUBLIC) + ED25519_LENGTH:
        raise ValueError("not an Ed25519 public key")
    return data[len(ED25519_PUBLIC) :]
