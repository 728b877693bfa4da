"""What counts for a page is what this page fetched."""

from .limits import Fetched, beyond_limits


class Wire:
    """A session with a browser, told by the test what its page fetches."""

    def __init__(self):
        self.heard = {}

    def on(self, name, hear):
        self.heard[name] = hear

    def send(self, name): ...

    def asks(self, request, document, frame="main"):
        told = {"requestId": request, "loaderId": document, "frameId": frame}
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


def test_a_lesson_may_weigh_a_hundred_thousand_bytes_and_no_more():
    lesson = "/learn/x/lessons/arrays"

    assert list(beyond_limits("ar", lesson, [60_000, 40_000])) == []
    assert len(list(beyond_limits("ar", lesson, [60_000, 40_001]))) == 1
    assert len(list(beyond_limits("ar", lesson, [1] * 13))) == 1
