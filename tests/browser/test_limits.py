"""What counts for a page is what this page fetched."""

from .limits import Fetched, beyond_limits


class Wire:
    """A session with a browser, told by the test what its page fetches."""

    def __init__(self):
        self.heard = {}

    def on(self, name, hear):
        self.heard[name] = hear

    def send(self, name): ...

    def asks(self, request, document, frame="main", kind="Font"):
        told = {"requestId": request, "loaderId": document, "frameId": frame, "type": kind}
        self.heard["Network.requestWillBeSent"](told)

    def comes(self, request, size):
        told = {"requestId": request, "encodedDataLength": size}
        self.heard["Network.loadingFinished"](told)


def test_a_page_answers_for_its_own_requests_and_not_for_those_of_the_page_before():
    wire = Wire()
    fetched = Fetched(wire)
    wire.asks("before", "before")
    wire.asks("style of before", "before")
    wire.comes("before", 1)
    wire.asks("page", "page")
    wire.asks("font of before", "before")

    for request, size in (("page", 10), ("style of before", 2), ("font of before", 4)):
        wire.comes(request, size)
    wire.asks("style", "page")
    wire.asks("framed", "framed", "inside")
    wire.comes("style", 20)

    assert fetched.sizes == [10, 20]


def lesson(*answers):
    wire = Wire()
    fetched = Fetched(wire)
    for number, (kind, size) in enumerate((("Document", 10_000), *answers)):
        wire.asks(f"{number}", "0", kind=kind)
        wire.comes(f"{number}", size)
    return [fault.split(": ")[1] for fault in beyond_limits("ar", "/x/lessons/arrays", fetched)]


def test_a_lesson_may_weigh_a_hundred_thousand_bytes_and_no_more():
    assert lesson(("Font", 90_000)) == []
    assert lesson(("Font", 90_001)) == ["100001 bytes, of at most 100000"]
    assert lesson(*[("Script", 1)] * 12) == ["13 requests, of at most 12"]


def test_what_comes_before_a_page_paints_has_a_limit_of_its_own():
    assert lesson(("Stylesheet", 20_000)) == []
    assert lesson(("Stylesheet", 20_001)) == ["30001 bytes before it paints, of at most 30000"]
    assert lesson(*[("Stylesheet", 1)] * 4) == ["5 requests before it paints, of at most 4"]
