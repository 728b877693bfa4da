"""Live notebooks on true kernels behind true walls, from the page's hello to the last output."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from lms.core.blobs import Blobs
from lms.grading.sandbox import BehindWalls as MarkingsWalls
from lms.learning.tickets import Ticket
from lms.relay.frames import Execute, Input, Interrupt, Look, Restart, Tell
from lms.relay.pool import Pool
from lms.relay.sandbox import BehindWalls
from tests.looping import finished

pytestmark = pytest.mark.kernel


class Page:
    """A page whose frames can be awaited."""

    def __init__(self):
        self.heard = asyncio.Queue()

    async def send(self, frame):
        self.tell(frame)
        return True

    def tell(self, frame):
        self.heard.put_nowait(frame)

    def close(self, code):
        self.tell({"type": "closed"})

    async def until(self, **wanted):
        """Every frame up to the first that says what is wanted; that one is the last."""
        frames = []
        while not frames or frames[-1] | wanted != frames[-1]:
            frames.append(await asyncio.wait_for(self.heard.get(), 20))
        return frames


class Desk:
    """One learner at one notebook."""

    def __init__(self, pool, person, **ticket):
        self.page = Page()
        told = {"person": person, "enrolment": f"{person}s", "assignment": "a", "profile": "python"}
        self.seat = pool.arrive(Ticket(**{**told, **ticket}), self.page)
        self.act = lambda frame: pool.act(self.seat, frame)

    async def runs(self, code, name="run"):
        """What the cell prints, or its error's name."""
        self.act(Execute(name, code))
        frames = await self.page.until(type="done", id=name)
        outputs = [frame["output"] for frame in frames if frame["type"] == "output"]
        return "".join(
            output.get("text") or output.get("ename") or output["data"]["text/plain"]
            for output in outputs
        )


@pytest.fixture
def at_desks(tmp_path):
    """Runs what a test does with a pool of true kernels and a store for files."""
    found = MarkingsWalls().check("python")
    if not found.stand:
        if os.environ.get("CI") == "true":
            pytest.fail(f"walls are needed here: {found.found}; {found.mend}")
        pytest.skip(f"this host cannot sandbox: {found.found}")
    blobs = Blobs(str(tmp_path / "blobs"))

    def run(deed):
        async def alone():
            pool = Pool(BehindWalls(blobs), most=4, each=1, idle_seconds=600, clock=time.monotonic)
            try:
                await asyncio.wait_for(deed(pool, blobs), 60)
            finally:
                await pool.close()

        finished(alone())

    return run


def test_a_cell_is_run_asks_its_reader_is_interrupted_and_explained(at_desks):
    async def deed(pool, blobs):
        desk = Desk(pool, "salma", files={"data/a.csv": blobs.put(b"1,2")})

        assert await desk.runs("x = 1\nprint(open('data/a.csv').read())\nx + 1") == "1,2\n2"

        desk.act(Execute("asks", "print('Marhaba', input('Name? '))"))
        assert (await desk.page.until(type="input_request"))[-1]["prompt"] == "Name? "
        desk.act(Input("سلمى"))
        frames = await desk.page.until(type="done", id="asks")
        assert "Marhaba سلمى\n" in [f["output"]["text"] for f in frames if f["type"] == "output"]

        desk.act(Execute("endless", "print('begun')\nwhile True: pass"))
        desk.act(Execute("waiting", "1"))
        await desk.page.until(type="output")
        desk.act(Interrupt())
        frames = await desk.page.until(type="done", id="waiting")
        done = {f["id"]: f["status"] for f in frames if f["type"] == "done"}
        assert done == {"endless": "error", "waiting": "aborted"}

        desk.act(Look("c", "impor", 5, explain=False))
        assert "import" in (await desk.page.until(type="completion"))[-1]["matches"]
        desk.act(Look("i", "print", 3, explain=True))
        assert (await desk.page.until(type="inspection"))[-1]["found"]

        assert await desk.runs("x") == "1"

    at_desks(deed)


WIDGET = """
from comm import create_comm
state = {"value": 1}
widget = {"comm_id": "w", "target_name": "jupyter.widget"}
made = create_comm(data={"state": state}, buffers=[b"bytes"], **widget)
@made.on_msg
def answer(message):
    made.send({"method": "update", "state": message["content"]["data"]["state"]})
    print("moved")
other = create_comm(comm_id="s", target_name="somebody's", data={"state": state})
"""


def test_a_widget_is_told_by_its_page_and_answers_under_the_name_of_what_it_was_told(at_desks):
    async def deed(pool, blobs):
        desk = Desk(pool, "salma")
        desk.act(Execute("run", WIDGET))
        frames = await desk.page.until(type="done", id="run")
        opened = [frame for frame in frames if frame["type"].startswith("comm")]
        assert [(frame["type"], frame["comm"]) for frame in opened] == [("comm_open", "w")]
        assert opened[0]["buffers"] == ["Ynl0ZXM="]

        desk.act(Tell("told", "w", {"method": "update", "state": {"value": 2}}))
        frames = await desk.page.until(type="done", id="told")
        answers = [frame for frame in frames if frame.get("id") == "told"]
        assert [frame["type"] for frame in answers] == ["comm_msg", "output", "done"]
        assert answers[0]["data"]["state"] == {"value": 2}

        desk.act(Tell("lost", "nobody", {"method": "update", "state": {}}))
        frames = await desk.page.until(type="done", id="lost")
        assert not [frame for frame in frames if frame["type"].startswith("comm")]
        assert await desk.runs("state") == "{'value': 1}"

    at_desks(deed)


def test_a_killed_kernel_is_told_and_a_restart_gives_a_new_one(at_desks):
    async def deed(pool, blobs):
        desk = Desk(pool, "salma")
        await desk.runs("x = 1")
        desk.act(Execute("dies", "import os; os.kill(os.getpid(), 9)"))

        frames = await desk.page.until(type="kernel", state="dead")
        assert frames[-1]["reason"] == "crashed"
        over = {"type": "done", "id": "dies", "status": "aborted", "count": None, "lost": True}
        assert over in frames

        desk.act(Restart())
        await desk.page.until(type="kernel", state="idle")
        assert await desk.runs("x") == "NameError"

    at_desks(deed)


def test_a_kernel_that_takes_too_much_memory_says_so(at_desks):
    async def deed(pool, blobs):
        desk = Desk(pool, "salma", limits={"memory_bytes": 192 * 2**20})
        desk.act(Execute("greedy", "x = b'x' * 10**9"))

        assert (await desk.page.until(type="kernel", state="dead"))[-1]["reason"] == "memory"

    at_desks(deed)


def test_a_flood_is_cut_and_the_kernel_is_there_for_the_next_cell(at_desks):
    async def deed(pool, blobs):
        desk = Desk(pool, "salma")
        beside = Desk(pool, "rim")
        await beside.runs("1")
        desk.act(Execute("flood", "while True: print('x' * 100)"))
        await desk.page.until(type="cut", id="flood", reason="output")

        began = time.monotonic()
        assert await beside.runs("1 + 1") == "2"
        assert time.monotonic() - began < 2

        await desk.page.until(type="done", id="flood", status="error")
        assert await desk.runs("1 + 1") == "2"

    at_desks(deed)


LOOK_AROUND = """
import os, pathlib
lines = b''.join(p.read_bytes() for p in pathlib.Path('/proc').glob('[0-9]*/cmdline'))
found = [str(p) for top in ('/scratch', '/tmp', '/dev/shm')
         for p in pathlib.Path(top).rglob('mine.txt')]
own = str(pathlib.Path('mine.txt').absolute())
print(['own' if each == own else each for each in found], os.listdir('.'), b'sleep' in lines)
"""


FORGE = """
import gc, zmq
for one in gc.get_objects():
    if isinstance(one, zmq.Socket) and not one.closed:
        one.send_multipart([b'no', b'signature'])
"""


def test_a_kernel_that_forges_messages_is_ended_and_others_hear_nothing_of_it(at_desks):
    async def deed(pool, blobs):
        salma, rim = Desk(pool, "salma"), Desk(pool, "rim")
        await rim.runs("x = 1")
        salma.act(Execute("forges", FORGE))
        await salma.page.until(type="kernel", state="dead")

        assert await rim.runs("x") == "1"

    at_desks(deed)


def test_two_learners_share_neither_files_nor_processes_nor_variables(at_desks):
    async def deed(pool, blobs):
        salma, rim = Desk(pool, "salma"), Desk(pool, "rim")
        await rim.runs("x = 'secret'; open('mine.txt', 'w').write('mine')")
        await rim.runs("import subprocess; p = subprocess.Popen(['sleep', '30'])")

        assert await rim.runs(LOOK_AROUND) == "['own'] ['mine.txt'] True\n"
        assert await salma.runs(LOOK_AROUND) == "[] [] False\n"
        assert await salma.runs("x") == "NameError"
        assert await rim.runs("x") == "'secret'"

    at_desks(deed)


def test_files_that_are_not_there_are_told(at_desks):
    async def deed(pool, blobs):
        desk = Desk(pool, "salma", files={"a.csv": "0" * 64})

        assert (await desk.page.until(type="kernel", state="dead"))[-1]["reason"] == "files"

    at_desks(deed)


def test_nothing_of_a_kernel_is_left_when_the_relay_closes(at_desks):
    async def deed(pool, blobs):
        desk = Desk(pool, "salma")
        await desk.runs("1")
        place = desk.seat._kernel._kernel._held.kernel
        folder, number = place.connection.folder, place.pid
        desk.act(Execute("endless", "while True: pass"))
        await pool.close()

        assert not folder.exists()
        assert not Path(f"/proc/{number}").exists()

    at_desks(deed)
