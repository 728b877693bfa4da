"""Reading what lies outside: files, open files, other processes and their memory."""

import os
import sys

from . import observers
from .attack import Attack

# A host without systemd may have a name only.
_CALLED = next(filter(os.path.exists, ("/etc/machine-id", "/etc/hostname")))

ATTACKS = (
    Attack(
        "a file by its path",
        "print(open(bait).read())",
        observers.secret_in_a_file(),
    ),
    Attack(
        "a file by climbing up from here",
        "print(open('../' * 40 + bait).read())",
        observers.secret_in_a_file(),
    ),
    Attack(
        "a file through a symbolic link",
        "import os\nos.symlink(bait, 'alias')\nprint(open('alias').read())",
        observers.secret_in_a_file(),
    ),
    Attack(
        "a file through a hard link",
        "import os\nos.link(bait, os.path.dirname(bait) + '/alias')\n"
        "print(open(os.path.dirname(bait) + '/alias').read())",
        observers.secret_in_a_file(),
    ),
    Attack(
        "a file through the roots and working folders of other processes",
        """
import glob
for place in glob.glob("/proc/*/root") + glob.glob("/proc/*/cwd"):
    try:
        print(open(place + "/" + "../" * 20 + bait).read())
    except OSError:
        pass
""",
        observers.secret_in_a_file(),
    ),
    Attack(
        "a file by a program of the system",
        "import subprocess\n"
        "print(subprocess.run(['cat', bait], capture_output=True, text=True).stdout)",
        observers.secret_in_a_file(),
    ),
    Attack(
        "a file that somebody left open",
        """
import os
for number in range(1024):
    try:
        print(os.pread(number, 100, 0))
    except OSError:
        pass
""",
        observers.secret_in_an_open_file(),
    ),
    Attack(
        "files that others hold open",
        """
import glob
for place in glob.glob("/proc/[0-9]*/fd/*"):
    try:
        with open(place, "rb", buffering=0) as file:
            if file.seekable():
                print(file.read(100))
    except OSError:
        pass
""",
        observers.secret_in_an_open_file(),
    ),
    Attack(
        "the passwords of this host",
        "print(open(bait, 'rb').read(24).hex())",
        observers.start_of_a_file("/etc/shadow"),
        needs_root=True,
    ),
    Attack(
        "what this host is called",
        "print(open(bait, 'rb').read(24).hex())",
        observers.start_of_a_file(_CALLED),
    ),
    Attack(
        "this application's code",
        "print(open(bait, 'rb').read(24).hex())",
        observers.start_of_a_file(__file__),
    ),
    Attack(
        "this application's packages",
        "print(open(bait, 'rb').read(24).hex())",
        observers.start_of_a_file(f"{sys.prefix}/pyvenv.cfg"),
    ),
    Attack(
        "the environment of other processes",
        """
import glob
for place in glob.glob("/proc/[0-9]*/environ"):
    try:
        for pair in open(place, "rb").read().split(b"\\0"):
            if pair.startswith(bait.encode()):
                print(pair)
    except OSError:
        pass
""",
        observers.secret_in_a_process(),
    ),
    Attack(
        "the command lines of other processes",
        """
import glob
for place in glob.glob("/proc/[0-9]*/cmdline"):
    try:
        print(open(place).read())
    except OSError:
        pass
""",
        observers.secret_on_the_command_line(),
    ),
    Attack(
        "the memory of other processes",
        """
import glob, os, re
for folder in glob.glob("/proc/[0-9]*"):
    if folder == "/proc/" + str(os.getpid()):
        continue
    try:
        lines = [line.split() for line in open(folder + "/maps")]
        memory = open(folder + "/mem", "rb", buffering=0)
    except OSError:
        continue
    for line in lines:
        if line[-1] != "[stack]":
            continue
        begin, end = (int(word, 16) for word in line[0].split("-"))
        try:
            memory.seek(begin)
            found = re.search(bait.encode() + b"=([0-9a-f]{32})", memory.read(end - begin))
            print(found and found[1])
        except OSError:
            pass
""",
        observers.secret_in_a_process(),
    ),
)
