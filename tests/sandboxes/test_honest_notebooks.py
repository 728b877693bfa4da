"""Honest notebooks may do behind the walls what honest notebooks do."""

import re

import pytest

from sandboxes import run
from sandboxes.selftest import notebook

from .conftest import results_of, text_of

pytestmark = pytest.mark.kernel

THREADS = {
    "a thread": "import threading\nt = threading.Thread(target=print, args=('ran',))\n"
    "t.start(); t.join()",
    "a pool of threads": "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor(4) as pool:\n"
    "    print('ran' if list(pool.map(abs, [-1, 2])) == [1, 2] else 'no')",
    "a timer": "timer = threading.Timer(0.01, print, ['ran'])\ntimer.start(); timer.join()",
}

PROCESSES = {
    "a pool": "import multiprocessing as m\ndef twice(x): return 2 * x\nwith m.Pool(2) as pool:\n"
    "    print('ran' if pool.map(twice, [1, 2]) == [2, 4] else 'no')",
    **{
        f"a pool that is started by {method}": f"with m.get_context('{method}').Pool(2) as pool:\n"
        "    print('ran' if pool.map(abs, [-1, 2]) == [1, 2] else 'no')"
        for method in ("fork", "spawn", "forkserver")
    },
    **{
        f"a queue of a process started by {method}": f"c = m.get_context('{method}')\n"
        "q = c.Queue()\np = c.Process(target=q.put, args=('ran',))\n"
        "p.start(); print(q.get(timeout=20)); p.join()"
        for method in ("fork", "spawn", "forkserver")
    },
    "a manager": "with m.Manager() as manager:\n    shared = manager.dict(a=1)\n"
    "    print('ran' if shared['a'] == 1 else 'no')",
    "shared memory": "from multiprocessing import shared_memory\n"
    "block = shared_memory.SharedMemory(create=True, size=2**20)\nblock.buf[0] = 7\n"
    "again = shared_memory.SharedMemory(block.name)\n"
    "print('ran' if again.buf[0] == 7 else 'no')\nagain.close(); block.close(); block.unlink()",
    "a lock, an event and a value": "v = m.Value('i', 0); e = m.Event()\n"
    "def count():\n    with v.get_lock(): v.value += 1\n    e.set()\n"
    "p = m.Process(target=count); p.start(); e.wait(20); p.join()\n"
    "print('ran' if v.value == 1 else 'no')",
    "a pool of futures": "from concurrent.futures import ProcessPoolExecutor\n"
    "with ProcessPoolExecutor(2) as pool:\n"
    "    print('ran' if list(pool.map(twice, [1, 2])) == [2, 4] else 'no')",
    "a fork": "import os\nif (child := os.fork()) == 0: os._exit(7)\n"
    "print('ran' if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7 else 'no')",
    "a program": "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', "
    "'print(\"ran\")'], capture_output=True, text=True).stdout)",
}

ASYNCHRONOUS = {
    "waiting at the top": "import asyncio\nawait asyncio.sleep(0)\nprint('ran')",
    "several at once": "async def one(): return 1\n"
    "print('ran' if sum(await asyncio.gather(one(), one())) == 2 else 'no')",
    "a thread to wait for": "print('ran' if await asyncio.to_thread(abs, -1) == 1 else 'no')",
    "a program to wait for": "p = await asyncio.create_subprocess_exec('echo', 'ran', stdout=-1)\n"
    "print((await p.communicate())[0].decode())",
    "a timeout": "try:\n    async with asyncio.timeout(0.01): await asyncio.sleep(9)\n"
    "except TimeoutError: print('ran')",
    "a task that goes on": "task = asyncio.create_task(asyncio.sleep(0.01, 'ran'))",
    "and is awaited later": "print(await task)",
}

LOOPBACK = {
    "a web server": """
import http.server, threading, urllib.request
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
answer = urllib.request.urlopen(f"http://localhost:{server.server_port}/")
print("ran" if answer.status == 200 else "no")
server.shutdown()
""",
    "an asynchronous server": """
import asyncio
async def greet(_, writer):
    writer.write(b"ran"); writer.close()
server = await asyncio.start_server(greet, "127.0.0.1", 0)
reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
print((await reader.read()).decode())
writer.close(); server.close()
""",
    "a pair of sockets": "import socket\na, b = socket.socketpair()\na.send(b'ran')\n"
    "print(b.recv(9).decode())",
    "datagrams": "a, b = (socket.socket(type=socket.SOCK_DGRAM) for _ in 'ab')\n"
    "b.bind(('127.0.0.1', 0))\na.sendto(b'ran', b.getsockname())\nprint(b.recv(9).decode())",
    "a socket in a file": "s = socket.socket(socket.AF_UNIX); s.bind('own.sock'); s.listen()\n"
    "c = socket.socket(socket.AF_UNIX); c.connect('own.sock')\nprint('ran')",
}

FILES = {
    "writing and reading": "open('a.txt', 'w').write('ran')\nprint(open('a.txt').read())",
    "folders": "from pathlib import Path\nPath('a/b').mkdir(parents=True)\n"
    "Path('a/b/c').write_text('ran')\nprint(next(Path('.').rglob('c')).read_text())",
    "temporary files": "import tempfile\nwith tempfile.NamedTemporaryFile('w+') as file:\n"
    "    file.write('ran'); file.seek(0); print(file.read())",
    "a temporary folder": "with tempfile.TemporaryDirectory() as folder:\n"
    "    Path(folder, 'x').touch(); print('ran')",
    "home": "(Path.home() / 'note').write_text('x')\nprint('ran')",
    "an archive": "import zipfile\nwith zipfile.ZipFile('a.zip', 'w') as z:\n"
    "    z.writestr('a', 'ran')\nprint(zipfile.ZipFile('a.zip').read('a').decode())",
    "copying and moving": "import shutil\nshutil.copytree('a', 'd'); shutil.move('d', 'e')\n"
    "shutil.make_archive('e', 'gztar', 'e'); shutil.rmtree('e')\nprint('ran')",
    "a table in text": "import csv\nwith open('t.csv', 'w') as f: csv.writer(f).writerow(['ran'])\n"
    "print(next(csv.reader(open('t.csv')))[0])",
    "mapped memory": "import mmap\nwith open('a.txt', 'r+b') as f, mmap.mmap(f.fileno(), 0) as m:\n"
    "    print(m[:].decode())",
    "links": "import os\nos.symlink('a.txt', 'l'); os.link('a.txt', 'h')\nprint(open('l').read())",
    "locked files": "import fcntl\nfcntl.flock(open('a.txt'), fcntl.LOCK_EX)\nprint('ran')",
    "a database in a file": "import sqlite3\nwith sqlite3.connect('own.db') as c:\n"
    "    c.execute('create table t (x)'); c.execute('insert into t values (?)', ['ran'])\n"
    "print(sqlite3.connect('own.db').execute('select x from t').fetchone()[0])",
    "a database in memory": "with sqlite3.connect(':memory:') as c:\n"
    "    print(c.execute(\"select 'ran'\").fetchone()[0])",
    "a database with a journal": "c = sqlite3.connect('wal.db')\n"
    "print('ran' if c.execute('pragma journal_mode=wal').fetchone() == ('wal',) else 'no')",
    "a shelf": "import shelve\nwith shelve.open('shelf') as s: s['a'] = 'ran'\n"
    "print(shelve.open('shelf')['a'])",
}

LANGUAGE = {
    "the time": "import datetime\nprint('ran' if datetime.date.today().year > 2024 else 'no')",
    "late imports": "import ctypes, ssl, lzma, xml.dom, email.mime.text, tomllib, wave\n"
    "print('ran')",
    "a module of one's own": "open('own.py', 'w').write('x = \"ran\"')\nimport own\nprint(own.x)",
    "tests": "import unittest\nclass Test(unittest.TestCase):\n"
    "    def test_it(self): self.assertTrue(True)\n"
    "ok = unittest.main(argv=['x'], exit=False, verbosity=0).result.wasSuccessful()\n"
    "from IPython.display import clear_output\nclear_output()\nprint('ran' if ok else 'no')",
    "being the main program": "if __name__ == '__main__': print('ran')",
    "classes that are pickled": "import pickle\nclass Own: x = 'ran'\n"
    "print(pickle.loads(pickle.dumps(Own())).x)",
    "signals": "import signal\nsignal.signal(signal.SIGALRM, lambda *_: print('ran'))\n"
    "signal.setitimer(signal.ITIMER_REAL, 0.01); signal.pause()",
    "recursion": "def deep(n): return n and deep(n - 1)\ntry: deep(10**6)\n"
    "except RecursionError: print('ran')",
    "logging": "import logging, sys\nlogging.basicConfig(stream=sys.stdout, format='%(message)s')\n"
    "logging.warning('ran')",
    "the last result": "_ = 'ran'\nprint(_)",
}


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(THREADS, id="threads"),
        pytest.param(PROCESSES, id="processes"),
        pytest.param(ASYNCHRONOUS, id="asyncio"),
        pytest.param(LOOPBACK, id="loopback"),
        pytest.param(FILES, id="files and databases"),
        pytest.param(LANGUAGE, id="the language"),
    ],
)
def test_the_standard_library_works(run_cells, table):
    ran = run_cells(*table.values())

    silent = {"a task that goes on"}
    told = {name: text_of(ran, place).strip()[-300:] for place, name in enumerate(table)}
    assert ran.ending == "finished", ran.message
    assert told == {name: "" if name in silent else "ran" for name in table}
    assert [cell.error for cell in ran.cells] == [None] * len(table)


MAGICS = {
    "%timeit -n 2 -r 2 sum(range(9))": r"per loop",
    "%time x = 1": r"Wall time",
    "%%time\ny = 2\nprint('timed')": r"timed[\s\S]*Wall time",
    "%%timeit -n 2 -r 1\nsum(range(9))": r"per loop",
    "%%writefile own.py\nprint('ran', __name__)": r"Writing own.py",
    "%run own.py": r"ran __main__",
    "%run -n own.py": r"ran own",
    "!ls own.py": r"own.py",
    "%ls own.py": r"own.py",
    "names = !ls *.py\nprint(names)": r"\['own.py'\]",
    "%cat own.py": r"__name__",
    "%%bash\necho $((1 + 1)) && cd / && pwd": r"^2\n/$",
    "%%sh\necho ran": r"^ran$",
    "%%python\nimport sys\nprint(sys.version_info.major)": r"^3$",
    "%%script cat\nran": r"^ran$",
    "%%capture kept\nprint('unseen')": r"^$",
    "kept.stdout": r"unseen",
    "%env OWN=7": r"OWN=7",
    "%env OWN": r"'7'",
    "!echo $OWN": r"^7$",
    "%pwd": r"/scratch/work",
    "%cd /tmp": r"/tmp",
    "%cd -q -": r"^$",
    "%who": r"kept",
    "%whos": r"Variable",
    "%lsmagic": r"%timeit",
    "%precision 3\n1 / 3": r"0.333",
    "%%html\n<b>bold</b>": r"IPython.core.display.HTML object",
    "%%latex\n$x$": r"Latex object",
    "%xmode Plain": r"Plain",
    "%xmode Context": r"Context",
    "%prun -q sum(range(9))": r"^$",
    "%load_ext autoreload\n%autoreload 2": r"^$",
    "%reset -f": r"^$",
    "len?": r"^$",
    "help(len)": r"Return the number of items",
}


def test_magics_that_need_no_network_work(run_cells):
    ran = run_cells(*MAGICS)

    assert ran.ending == "finished", ran.message
    assert [cell.error for cell in ran.cells] == [None] * len(MAGICS)
    told = {cell: text_of(ran, place).strip() for place, cell in enumerate(MAGICS)}
    assert {cell: text for cell, text in told.items() if not re.search(MAGICS[cell], text)} == {}


def test_files_are_laid_into_the_working_folder(run_cells):
    read = "print(open('data/points.csv').read())\nopen('data/own.csv', 'a').write('more')"

    ran = run_cells(read, files={"data/points.csv": b"x,y\n1,2\n"})

    assert ran.cells[0].status == "ok"
    assert text_of(ran, 0).startswith("x,y\n1,2\n")


@pytest.mark.parametrize("name", ["/etc/passwd", "../up", "a/../../up", "", ".", "a//b"])
def test_a_file_cannot_be_laid_elsewhere(run_cells, name):
    ran = run_cells("1", files={name: b"x"})

    assert ran.ending == "refused"


def test_only_code_cells_run_and_each_has_its_place(python):
    content = notebook("1", "2").replace(b'"cell_type": "code"', b'"cell_type": "markdown"', 1)

    ran = run(content, python)

    assert [cell.id for cell in ran.cells] == ["cell-2"]
    assert ran.ending == "finished"


CHANCE = [
    "import random\nrandom.random(), random.Random().random(), random.SystemRandom().random()",
    "import secrets\nsecrets.token_hex()",
    "import uuid\nuuid.uuid4()",
    "uuid.uuid1()",
    "import tempfile\ntempfile.mktemp()",
    "next(tempfile._get_candidate_names())",
    "import os\nos.urandom(9)",
    "import ssl\nssl.RAND_bytes(9)",
]
SEEDED = "import random\nrandom.seed(7)\nrandom.random()"


def test_two_runs_draw_different_numbers_unless_they_are_seeded(run_cells):
    *first, first_seeded = results_of(run_cells(*CHANCE, SEEDED))
    *second, second_seeded = results_of(run_cells(*CHANCE, SEEDED))

    assert [cell for cell, a, b in zip(CHANCE, first, second, strict=True) if a == b] == []
    assert first_seeded == second_seeded
