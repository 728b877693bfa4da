"""The key under which a browser keeps unsent text."""

import base64

from lms.learning.device_key import device_key, masked


def unmasked(text):
    carried = base64.b64decode(text)
    return bytes(one ^ other for one, other in zip(carried[:32], carried[32:], strict=True))


def test_each_person_has_a_key_of_their_own_that_is_the_same_every_day():
    salma = device_key("secret", "salma")

    assert salma == device_key("secret", "salma")
    assert salma not in (device_key("secret", "rim"), device_key("other", "salma"))
    assert len(salma) == 32


def test_a_page_carries_the_key_in_other_letters_each_time():
    key = device_key("secret", "salma")

    one, other = masked(key), masked(key)

    assert one != other
    assert unmasked(one) == unmasked(other) == key
