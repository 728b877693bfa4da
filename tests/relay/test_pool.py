"""Who has a kernel and who waits, with kernels that do as they are told."""

import asyncio

import pytest

from lms.relay.frames import Execute, Interrupt, Restart, Stay, Tell
from lms.relay.kernels import NoKernel
from lms.relay.pool import OverQuota, TooOften
from lms.relay.seat import MOVED

from .conftest import settled

RUN = Execute("run", "1 + 1")


def test_whoever_comes_first_has_a_kernel_at_once(in_room):
    async def deed(room):
        salma, _ = await room.arrives("salma")

        assert salma.states == ["starting", "idle"]

    in_room(deed)


def test_two_learners_have_two_kernels(in_room):
    async def deed(room):
        await room.arrives("salma")
        await room.arrives("rim")

        assert [kernel.ticket.person for kernel in room.kernels.made] == ["salma", "rim"]

    in_room(deed)


def test_when_the_machine_is_full_the_page_is_told_its_place_and_has_its_turn(in_room):
    async def deed(room):
        _, salmas = await room.arrives("salma")
        rim, _ = await room.arrives("rim")
        ilham, _ = await room.arrives("ilham")

        assert [(frame["state"], frame["place"]) for frame in rim.of("kernel")][-1] == ("full", 1)
        assert [(frame["state"], frame["place"]) for frame in ilham.of("kernel")][-1] == ("full", 2)

        room.kernels.made[0].die()
        await settled()

        assert rim.states[-2:] == ["starting", "idle"]
        assert ilham.of("kernel")[-1]["place"] == 1
        assert salmas.state == "dead"

    in_room(deed, most=1)


def test_while_memory_is_short_nobody_s_kernel_begins_beside_another(in_room):
    async def deed(room):
        room.kernels.room = False
        salma, _ = await room.arrives("salma")
        rim, _ = await room.arrives("rim")

        assert salma.states[-1] == "idle"
        assert rim.states[-1] == "full"

        room.kernels.room = True
        await room.passes(1)

        assert rim.states[-1] == "idle"

    in_room(deed)


def test_another_assignment_takes_the_place_of_one_s_own_idle_kernel(in_room):
    async def deed(room):
        first, _ = await room.arrives("salma", "tensors")
        second, _ = await room.arrives("salma", "vectors")

        assert first.states[-1] == "culled"
        assert first.of("kernel")[-1]["reason"] == "quota"
        assert "full" not in second.states
        assert second.states[-1] == "idle"
        assert room.kernels.made[0].stopped

    in_room(deed, most=1)


def test_a_kernel_that_works_is_not_taken_from_its_own_learner(in_room):
    async def deed(room):
        first, seat = await room.arrives("salma", "tensors")
        room.pool.act(seat, RUN)

        with pytest.raises(OverQuota):
            await room.arrives("salma", "vectors")
        assert first.states[-1] == "busy"

    in_room(deed)


def test_nobody_takes_another_s_kernel_by_the_quota(in_room):
    async def deed(room):
        salma, _ = await room.arrives("salma")
        await room.arrives("rim")

        assert salma.states[-1] == "idle"

    in_room(deed, each=1)


def test_a_second_tab_takes_over_the_same_kernel_and_the_first_is_told(in_room):
    async def deed(room):
        first, _ = await room.arrives("salma")
        second, seat = await room.arrives("salma")

        assert first.states[-1] == "moved"
        assert first.closed == MOVED
        assert second.states == ["idle"]
        assert len(room.kernels.made) == 1

        room.pool.leave(seat, first)  # Its connection's end is heard late.

        assert seat.page is second

    in_room(deed)


def test_what_ran_while_the_page_was_away_is_told_when_it_is_back(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        room.pool.act(seat, RUN)
        room.pool.leave(seat, page)
        await room.kernels.made[0].says("iopub", "stream", name="stdout", text="2")
        await room.kernels.made[0].finishes()

        back, _ = await room.arrives("salma")

        assert [frame["type"] for frame in back.heard] == ["output", "done", "kernel"]
        assert back.states == ["idle"]

    in_room(deed)


def test_a_question_is_asked_again_when_the_page_is_back(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        room.pool.act(seat, RUN)
        await room.kernels.made[0].says("stdin", "input_request", prompt="Name?", password=False)
        room.pool.leave(seat, page)

        back, _ = await room.arrives("salma")

        assert [frame["prompt"] for frame in back.of("input_request")] == ["Name?"]

    in_room(deed)


def test_an_idle_kernel_is_ended_after_a_warning(in_room):
    async def deed(room):
        page, _ = await room.arrives("salma")
        await room.passes(1080)
        warnings = [frame for frame in page.of("kernel") if frame["state"] == "culling"]
        await room.passes(119)
        assert not room.kernels.made[0].stopped
        await room.passes(1)

        assert [frame["seconds"] for frame in warnings] == [120]
        assert page.states == ["starting", "idle", "culling", "culled"]
        assert room.kernels.made[0].stopped

    in_room(deed)


def test_while_somebody_waits_a_kernel_may_be_idle_for_a_shorter_time_but_its_page_is_warned(
    in_room,
):
    async def deed(room):
        salma, _ = await room.arrives("salma")
        await room.passes(600)
        rim, _ = await room.arrives("rim")
        await room.passes(1)
        assert salma.states[-1] == "culling"
        await room.passes(75)

        assert salma.states[-1] == "culled"
        assert rim.states[-1] == "idle"

    in_room(deed, most=1)


def test_a_warning_is_taken_back_when_nobody_waits_any_more(in_room):
    async def deed(room):
        salma, _ = await room.arrives("salma")
        await room.passes(600)
        rim, rims = await room.arrives("rim")
        await room.passes(1)
        room.pool.leave(rims, rim)
        await room.passes(31)
        await room.passes(75)

        assert salma.states == ["starting", "idle", "culling", "idle"]

    in_room(deed, most=1)


def test_whoever_stays_keeps_the_kernel(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        await room.passes(1100)
        room.pool.act(seat, Stay())
        await room.passes(1000)

        assert page.states == ["starting", "idle", "culling", "idle"]

    in_room(deed)


def test_a_kernel_at_work_before_its_page_is_not_idle(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        room.pool.act(seat, RUN)
        await room.passes(599)
        await room.passes(599)

        assert page.states[-1] == "busy"

    in_room(deed, idle_seconds=300)


def test_a_culled_kernel_starts_again_when_a_cell_is_run(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        await room.passes(1100)
        await room.passes(120)
        room.pool.act(seat, RUN)
        await settled()

        assert page.states[-4:] == ["culled", "starting", "idle", "busy"]
        assert [kind for kind, _ in room.kernels.made[1].asked] == ["execute_request"]

    in_room(deed)


WORD = Tell("w", "c", {"method": "update", "state": {"value": 2}})


def test_a_word_of_a_widget_reaches_its_kernel_and_makes_it_busy_only_when_it_takes_long(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        room.pool.act(seat, WORD)

        kernel = room.kernels.made[0]
        assert kernel.asked == [("comm_msg", {"comm_id": "c", "data": WORD.data})]
        assert page.states[-1] == "idle"
        room.pool.tick()
        assert page.states[-1] == "busy"
        await kernel.finishes()
        assert page.states[-1] == "idle"
        assert [frame["status"] for frame in page.of("done")] == ["ok"]

    in_room(deed)


def test_a_word_of_a_widget_waits_for_no_kernel(in_room):
    async def deed(room):
        await room.arrives("salma")
        rim, rims = await room.arrives("rim")
        room.pool.act(rims, WORD)

        assert [frame.get("unserved") for frame in rim.of("done")] == [True]

    in_room(deed, most=1)


def test_what_is_run_before_the_kernel_is_there_waits_for_it(in_room):
    async def deed(room):
        await room.arrives("salma")
        rim, rims = await room.arrives("rim")
        room.pool.act(rims, RUN)
        room.kernels.made[0].die()
        await settled()

        assert [kind for kind, _ in room.kernels.made[1].asked] == ["execute_request"]
        assert rim.states[-1] == "busy"

    in_room(deed, most=1)


def test_what_waits_for_a_kernel_can_be_given_up(in_room):
    async def deed(room):
        await room.arrives("salma")
        rim, rims = await room.arrives("rim")
        room.pool.act(rims, RUN)
        room.pool.act(rims, Interrupt())

        assert [frame["status"] for frame in rim.of("done")] == ["aborted"]

    in_room(deed, most=1)


def test_a_killed_kernel_is_told_with_its_reason_and_its_runs_are_over(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        room.pool.act(seat, RUN)
        room.kernels.made[0].die("memory")
        await settled()

        assert page.of("kernel")[-1] | {"type": ""} == {
            "type": "", "state": "dead", "place": None, "seconds": None, "reason": "memory",
        }  # fmt: skip
        assert [frame["status"] for frame in page.of("done")] == ["aborted"]

        room.pool.act(seat, RUN)

        assert [frame["status"] for frame in page.of("done")] == ["aborted"] * 2
        assert [frame.get("unserved") for frame in page.of("done")] == [None, True]

        room.pool.act(seat, Restart())
        await settled()

        assert page.states[-2:] == ["starting", "idle"]

    in_room(deed)


def test_a_restart_ends_the_kernel_and_begins_another_in_the_same_place(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        rim, _ = await room.arrives("rim")
        room.pool.act(seat, RUN)
        room.pool.act(seat, Restart())
        await settled()

        assert page.states[-3:] == ["busy", "restarting", "idle"]
        assert [frame["status"] for frame in page.of("done")] == ["aborted"]
        assert room.kernels.made[0].stopped
        assert rim.states[-1] == "full"

    in_room(deed, most=1)


def test_a_page_that_restarts_again_and_again_is_stopped_and_may_do_so_later(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        for _ in range(9):
            room.pool.act(seat, Restart())
            await settled()
        with pytest.raises(TooOften):
            room.pool.act(seat, Restart())
        room.kernels.made[-1].die()
        await settled()
        with pytest.raises(TooOften):
            await room.arrives("salma")
        assert seat.page is page
        assert len(room.kernels.made) == 10

        await room.passes(60)
        room.pool.act(seat, Restart())
        await settled()

        assert len(room.kernels.made) == 11

    in_room(deed)


def test_a_restart_while_the_dead_kernel_is_still_buried_is_not_lost(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        room.kernels.made[0].die()
        while page.states[-1] != "dead":
            await asyncio.sleep(0)
        room.pool.act(seat, Restart())
        await settled()

        assert page.states[-3:] == ["dead", "restarting", "idle"]
        assert len(room.kernels.made) == 2

    in_room(deed)


def test_a_cell_run_while_the_culled_kernel_is_still_buried_is_not_lost(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        await room.passes(1100)
        room.clock.now += 120
        room.pool.tick()
        while page.states[-1] != "culled":
            await asyncio.sleep(0)
        room.pool.act(seat, RUN)
        await settled()

        assert page.states[-1] == "busy"
        assert len(room.kernels.made) == 2

    in_room(deed)


def test_a_restart_that_fails_is_told_and_the_next_in_the_queue_has_its_turn(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        rim, _ = await room.arrives("rim")
        room.kernels.fault = "unavailable"
        room.pool.act(seat, Restart())
        await settled()

        assert page.of("kernel")[-1]["reason"] == "unavailable"
        assert rim.states[-1] == "dead"

    in_room(deed, most=1)


def test_a_kernel_to_which_nobody_came_back_makes_room_for_who_waits(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        room.pool.leave(seat, page)
        rim, _ = await room.arrives("rim")
        await room.passes(30)
        assert rim.states[-1] == "full"
        await room.passes(31)

        assert rim.states[-1] == "idle"
        assert room.kernels.made[0].stopped

    in_room(deed, most=1)


def test_a_page_that_lost_its_connection_keeps_its_place_in_the_queue_for_a_while(in_room):
    async def deed(room):
        await room.arrives("salma")
        rim, rims = await room.arrives("rim")
        ilham, _ = await room.arrives("ilham")
        room.pool.leave(rims, rim)
        await room.passes(20)
        back, _ = await room.arrives("rim")
        assert back.of("kernel")[-1]["place"] == 1

        room.pool.leave(rims, back)
        await room.passes(31)

        assert ilham.of("kernel")[-1]["place"] == 1
        assert room.pool.count.waiting == 1

    in_room(deed, most=1)


def test_a_run_that_lasts_too_long_is_interrupted_and_then_its_kernel_is_ended(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        room.pool.act(seat, RUN)
        await room.passes(0)
        await room.passes(601)
        assert room.kernels.made[0].interrupts == 1
        assert [frame["reason"] for frame in page.of("cut")] == ["time"]
        await room.passes(30)

        assert page.of("kernel")[-1]["reason"] == "time"

    in_room(deed)


def test_a_flood_is_cut_and_interrupted_once(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        room.pool.act(seat, RUN)
        for _ in range(200):
            await room.kernels.made[0].says("iopub", "stream", name="stdout", text="x", size=100)

        assert room.kernels.made[0].interrupts == 1
        assert len(page.of("output")) < 100
        assert [frame["reason"] for frame in page.of("cut")] == ["output"]

    in_room(deed)


def test_a_flood_is_interrupted_however_slow_its_page_is(in_room):
    async def deed(room):
        page, seat = await room.arrives("salma")
        room.pool.act(seat, RUN)
        never = asyncio.Event()
        page.send = lambda frame: never.wait()
        kernel = room.kernels.made[0]
        flood = asyncio.create_task(
            kernel.says("iopub", "stream", size=10**6, name="stdout", text="")
        )
        await settled()

        assert kernel.interrupts == 1
        assert not flood.done()

        second, _ = await room.arrives("salma")
        page.send = None
        never.set()
        await flood

        assert seat.page is second

    in_room(deed)


def test_a_fault_of_ours_keeps_nobody_s_place(in_room):
    async def deed(room):
        async def fail(_ticket, _hear):
            raise ZeroDivisionError

        start, room.kernels.start = room.kernels.start, fail
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        salma, _ = await room.arrives("salma")
        room.kernels.start = start
        rim, _ = await room.arrives("rim")

        assert salma.states[-1] == "dead"
        assert rim.states[-1] == "idle"

    in_room(deed, most=1)


def test_a_profile_that_cannot_be_had_is_told_before_anybody_sits_down(in_room):
    async def deed(room):
        def refuse(_ticket):
            raise NoKernel("unavailable")

        room.kernels.output_bytes = refuse
        with pytest.raises(NoKernel):
            await room.arrives("salma")
        assert room.pool.count.kernels == 0

    in_room(deed)


def test_closing_ends_every_kernel_and_begins_no_other(in_room):
    async def deed(room):
        await room.arrives("salma")
        await room.arrives("rim")
        await room.pool.close()

        assert len(room.kernels.made) == 1
        assert room.kernels.made[0].stopped

    in_room(deed, most=1)
