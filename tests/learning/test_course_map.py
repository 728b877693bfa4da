"""Where the steps of a course lie on its map."""

from itertools import pairwise

from lms.learning.course_map import WIDTH, lay_out


def spots(layout):
    return [s for head, steps in layout.modules for s in (head, *steps)] + [layout.end]


def test_rows_follow_one_another_without_a_gap_and_fill_the_map():
    layout = lay_out([2, 0, 3], mirrored=False)

    rows = spots(layout)
    assert [len(steps) for _head, steps in layout.modules] == [2, 0, 3]
    assert all(a.top + a.height == b.top for a, b in pairwise(rows))
    assert rows[-1].top + rows[-1].height == layout.height


def test_every_row_is_high_enough_for_a_finger_and_keeps_words_off_the_way():
    rows = spots(lay_out([9], mirrored=False))

    assert min(row.height for row in rows) >= 44
    assert max(row.x for row in rows) + 24 < rows[0].words
    assert rows[0].words + rows[0].room == WIDTH


def test_a_map_read_from_the_right_is_the_same_one_mirrored():
    there, here = spots(lay_out([3], mirrored=False)), spots(lay_out([3], mirrored=True))

    assert [row.x for row in here] == [WIDTH - row.x for row in there]
    assert [row.y for row in here] == [row.y for row in there]
    assert here[0].words == 0
    assert here[0].room < min(row.x for row in here) - 24


def test_the_way_begins_at_the_first_module_and_leads_to_every_other_place():
    rows = spots(lay_out([2], mirrored=False))

    assert rows[0].way == ""
    assert all(row.way.endswith(f"{row.x:g} {row.y:g}") for row in rows[1:])


def test_a_course_without_modules_has_a_map_with_an_end():
    layout = lay_out([], mirrored=False)

    assert (layout.modules, layout.end.way) == ([], "")
