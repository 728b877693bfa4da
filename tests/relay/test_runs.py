"""A run from the asking to the word that it is done."""

from lms.relay import runs
from lms.relay.messages import Said
from lms.relay.missed import MOST, Missed
from lms.relay.runs import LAST_WORDS, MOST_WAITING, Runs


def begun(*names, most=100_000):
    """Runs of these names; each has its name as the number of its request."""
    made = Runs(most)
    for name in names:
        made.begin(name, name, "1")
    return made


def hear(made, channel, kind, parent="a", now=0.0, size=10, **content):
    return made.hear(channel, Said(kind, parent, content), size, now).frames


def answer(made, parent="a", now=0.0, **content):
    return hear(made, "shell", "execute_reply", parent, now, **{"status": "ok", **content})


def idle(made, parent="a", now=0.0):
    return hear(made, "iopub", "status", parent, now, execution_state="idle")


def test_a_run_is_done_when_it_has_its_answer_and_its_last_output():
    made = begun("a")

    assert answer(made, execution_count=4) == []
    assert idle(made) == [{"type": "done", "id": "a", "status": "ok", "count": 4}]
    assert not made.busy


def test_either_may_come_first():
    made = begun("a")

    assert idle(made) == []
    assert answer(made)[0]["type"] == "done"


def test_a_last_word_that_is_lost_is_not_waited_for_long():
    made = begun("a", "b")
    answer(made, now=10.0)
    idle(made, "b", now=10.0)

    assert made.pass_time(10.0 + LAST_WORDS).frames == []
    told = made.pass_time(10.1 + LAST_WORDS).frames
    assert [(frame["id"], frame["status"]) for frame in told] == [("a", "ok"), ("b", "error")]


def test_a_run_without_a_turn_has_no_last_words_and_is_done_after_those_before_it():
    made = begun("a", "b")
    answer(made, status="error")

    assert answer(made, "b", status="aborted") == []
    assert [(frame["id"], frame["status"]) for frame in idle(made)] == [
        ("a", "error"),
        ("b", "aborted"),
    ]


def test_what_a_thread_prints_when_its_cell_is_done_still_belongs_to_it():
    made = begun("a")
    answer(made), idle(made)

    assert hear(made, "iopub", "stream", name="stdout", text="late")[0]["id"] == "a"
    assert hear(made, "iopub", "stream", "nobody", name="stdout", text="x") == []


def test_messages_to_no_run_of_ours_end_nothing():
    made = begun("a")

    assert answer(made, "forged") == idle(made, "forged") == []
    assert hear(made, "stdin", "input_request", "forged", prompt="Password?") == []
    assert made.busy


def test_a_run_that_says_too_much_is_cut_once_and_its_end_is_still_told():
    made = begun("a", most=1000)
    told = [made.hear("iopub", Said("stream", "a", {"name": "stdout", "text": "x"}), 4000, 0.0)
            for _ in range(5)]  # fmt: skip

    assert [step.interrupt for step in told].count(True) == 1
    assert [frame["type"] for step in told for frame in step.frames] == ["output", "output", "cut"]
    answer(made)
    assert idle(made)[0]["type"] == "done"


def test_a_message_too_large_to_be_read_counts_against_the_run_that_has_its_turn():
    made = begun("a", "b")
    step = made.hear("iopub", None, 10, 0.0)

    assert step.interrupt
    assert [(frame["type"], frame["id"]) for frame in step.frames] == [("cut", "a")]


def test_an_answer_too_large_to_be_read_is_an_answer():
    made = begun("a")
    made.hear("shell", None, 10**9, 0.0)

    assert idle(made)[0]["status"] == "error"


def test_looks_come_back_under_their_own_names():
    made = Runs(1000)
    made.look("1", "c", explain=False)
    made.look("2", "i", explain=True)

    assert hear(made, "shell", "complete_reply", "1", matches=["ab"])[0]["id"] == "c"
    assert hear(made, "shell", "inspect_reply", "2", found=False, data={})[0]["id"] == "i"
    assert hear(made, "shell", "complete_reply", "1", matches=["ab"]) == []


def test_a_word_of_a_widget_is_done_when_the_kernel_is_idle_again_and_may_say_no_more_than_a_cell():
    made = Runs(1000)
    made.tell("1", "w")

    moved = hear(made, "iopub", "comm_msg", "1", comm_id="c", data={"method": "update"})
    assert [(frame["type"], frame["id"]) for frame in moved] == [("comm_msg", "w")]
    assert made.busy
    told = made.hear("iopub", Said("stream", "1", {"name": "stdout", "text": "x"}), 10**5, 0.0)
    assert told.interrupt
    assert [frame["type"] for frame in told.frames] == ["cut"]
    assert idle(made, "1") == [{"type": "done", "id": "w", "status": "ok", "count": None}]
    assert not made.busy


def test_no_more_runs_wait_than_can_be_remembered():
    made = begun(*map(str, range(MOST_WAITING)))

    assert made.full
    assert len(made.abort()) == MOST_WAITING
    assert not made.full


def test_of_what_a_kernel_did_not_finish_only_the_first_had_its_turn():
    made = begun("a", "b")

    first, second = made.abort()

    assert (first["id"], first["lost"]) == ("a", True)
    assert (second["id"], "lost" in second) == ("b", False)


def test_done_runs_are_forgotten_in_time():
    made = begun()
    for number in range(runs._REMEMBERED + 1):
        made.begin(str(number), str(number), "")
        answer(made, str(number)), idle(made, str(number))

    assert hear(made, "iopub", "stream", "0", name="stdout", text="x") == []
    assert hear(made, "iopub", "stream", "1", name="stdout", text="x")


def test_a_page_that_was_away_misses_no_ending_however_much_was_said():
    missed = Missed()
    output = {"type": "output", "id": "a", "output": {"text": "x" * (MOST // 3)}}
    for _ in range(5):
        missed.keep(output)
    moved = {"type": "comm_msg", "id": "w", "comm": "c", "data": {}, "buffers": []}
    missed.keep(moved)
    missed.keep({"type": "kernel", "state": "idle"})
    missed.keep({"type": "done", "id": "a"})

    kept = missed.take()

    assert [frame["type"] for frame in kept] == ["output", "output", "cut", "comm_msg", "done"]
    assert kept[2]["reason"] == "away"
    assert missed.take() == []
