"""What cells put out last: kept with the draft, bounded, and told by anybody."""

import pytest

from lms.learning import drafts
from lms.learning.last_outputs import MOST_BYTES, FaultyOutputs, laid_over


def stream(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


@pytest.fixture
def double(find, place):
    return find(place, "double")


@pytest.fixture
def saved(session, place, double, noon):
    return drafts.save(session, place, double, b"{}", base=0, device="", now=noon)


def test_a_cell_that_ran_again_has_its_new_outputs_and_the_others_keep_theirs():
    before = {"a": [stream("1")], "b": [stream("2")], "c": [stream("3")]}

    after = laid_over(before, {"a": [stream("4")], "c": []})

    assert after == {"b": [stream("2")], "a": [stream("4")]}


def test_where_there_is_too_much_what_was_told_first_goes_first():
    half = "x" * (MOST_BYTES // 2 - 100)
    before = {"a": [stream(half)], "b": [stream(half)]}

    after = laid_over(before, {"c": [stream(half)]})

    assert list(after) == ["b", "c"]
    assert laid_over({}, {"a": [stream("x" * MOST_BYTES)]}) == {}


@pytest.mark.parametrize(
    "told",
    [
        [],
        None,
        {"": []},
        {"x" * 65: []},
        {"a": "text"},
        {"a": [1]},
        {"a": [{"output_type": "script"}]},
        {"a": [stream("")] * 201},
        {str(n): [] for n in range(501)},
    ],
    ids="list nothing no-id long-id text number kind many-outputs many-cells".split(),
)
def test_what_are_no_outputs_is_refused(told):
    with pytest.raises(FaultyOutputs):
        laid_over({}, told)


def test_outputs_are_kept_with_the_draft_and_never_in_its_versions(
    session, place, double, saved, noon
):
    drafts.keep_outputs(session, place, double, {"a": [stream("kept")]}, now=noon)
    drafts.keep_outputs(session, place, double, {"b": [stream("too")]}, now=noon)

    assert drafts.outputs(session, place, double) == {"a": [stream("kept")], "b": [stream("too")]}
    newest = drafts.newest(session, place, double)
    assert drafts.content_of(newest) == b"{}"


def test_outputs_without_a_draft_are_kept_nowhere(session, place, double, noon):
    with pytest.raises(drafts.NothingSaved):
        drafts.keep_outputs(session, place, double, {"a": [stream("lost")]}, now=noon)

    assert drafts.outputs(session, place, double) == {}
