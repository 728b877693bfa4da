"""What a document says, as the one text that is signed: RDF, canonical, with nothing left out."""

import re
from collections.abc import Iterator
from threading import Lock
from typing import Any, Final

from pyld import jsonld  # type: ignore[import-untyped]  # ships no types
from pyld.canon import URDNA2015  # type: ignore[import-untyped]  # ships no types

from lms.core.i18n import Sentence, say
from lms.credentials.contexts import Contexts, unknown
from lms.credentials.reading import Json, Unfit, brief, walk

#: An absolute IRI made of letters that N-Quads can hold unescaped. Blank node names
#: ("_:b0") are no IRIs, so a document cannot join two of its nodes by naming them.
IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]+")

#: Nodes that look alike are told apart by trying their orders. Credentials hold a
#: handful of such nodes; a poisoned graph would need years.
MOST_ALIKE: Final = 4
MOST_TRIALS: Final = 400

#: What pyld may raise, besides its own error, for input that is not well-formed JSON-LD.
PYLD_ERRORS: Final = (
    jsonld.JsonLdError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


#: pyld's stores of processed contexts are not made for several threads.
_ONE_AT_A_TIME: Final = Lock()


def canonical(document: Json, contexts: Contexts) -> str:
    """The canonical N-Quads of ``document``, by RDFC-1.0, over ``contexts`` alone.

    A signature covers exactly this text, so everything that it would silently
    leave out is refused with Unfit: terms that no context defines, names that are
    not absolute, nulls and empty lists. Keywords and contexts of the document's
    own making are refused too, since they can change what a reader sees without
    changing what is signed.

    pyld calls the algorithm URDNA2015. Its output is RDFC-1.0's for documents
    that passed ``reading.examine``: the two differ only in escaping controls.
    """
    _refuse_own_meanings(document, contexts)
    _refuse_traceless(document)
    try:
        with _ONE_AT_A_TIME:
            return _serialise(document, contexts)
    except PYLD_ERRORS as error:
        raise Unfit(say("It cannot be read as linked data (JSON-LD).")) from error


def _serialise(document: Json, contexts: Contexts) -> str:
    options = contexts.options()
    expanded = jsonld.expand(document, options, on_property_dropped=_refuse_undefined)
    _refuse_unnamed(expanded)
    dataset = jsonld.to_rdf(expanded, options)
    text: str = _Bounded().main(dataset, {"format": "application/n-quads"})
    return text


def _refuse_own_meanings(document: Json, contexts: Contexts) -> None:
    addresses = document.get("@context")
    if not isinstance(addresses, list) or not addresses:
        raise Unfit(say("It does not list the vocabularies that it uses (@context)."))
    for address in addresses:
        if not isinstance(address, str):
            raise Unfit(say("It brings along a vocabulary of its own, which is not known here."))
        if address not in contexts:
            raise unknown(address)
    if len(set(addresses)) < len(addresses):
        raise Unfit(say("It lists a vocabulary twice."))
    for value, depth in walk(document):
        if not isinstance(value, dict):
            continue
        for key in value:
            if key.startswith("@") and not (key == "@context" and depth == 0):
                raise Unfit(
                    say("It uses the keyword “{key}”, which could mislead.", key=brief(key))
                )


def _refuse_traceless(document: Json) -> None:
    if any(value is None or value == [] for value, _ in walk(document)):
        raise Unfit(say("It holds an empty value, which no signature can cover."))


def _refuse_undefined(term: str | None) -> None:
    raise Unfit(_undefined(term or ""))


def _refuse_unnamed(node: Any) -> None:
    """Refuse names in expanded JSON-LD that its way to RDF would drop or could not hold."""
    for name in _names(node):
        if IRI.fullmatch(name) is None:
            raise Unfit(_undefined(name))


def _names(node: Any) -> Iterator[str]:
    """The names of things, types and properties in expanded JSON-LD."""
    if isinstance(node, list):
        for member in node:
            yield from _names(member)
    elif isinstance(node, dict):
        if "@value" in node:
            if node.get("@type", "@json") != "@json":
                yield node["@type"]
            return
        for key, inner in node.items():
            if key == "@id":
                yield inner
            elif key == "@type":
                yield from inner
            else:
                if not key.startswith("@"):
                    yield key
                yield from _names(inner)


def _undefined(term: str) -> Sentence:
    return say(
        "Its vocabularies do not define “{term}”, so no signature covers that.", term=brief(term)
    )


class _Bounded(URDNA2015):  # type: ignore[misc]  # pyld ships no types
    """RDFC-1.0 that gives up on graphs made to take for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.trials = 0

    def create_hash_to_related(self, id_: str, issuer: Any) -> dict[str, list[str]]:
        related: dict[str, list[str]] = super().create_hash_to_related(id_, issuer)
        self.trials += 1
        alike = max(map(len, related.values()), default=0)
        if alike > MOST_ALIKE or self.trials > MOST_TRIALS:
            raise Unfit(say("It holds too many parts that look alike to be checked."))
        return related
