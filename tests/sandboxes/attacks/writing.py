"""Writing where it would last, or where others would read it."""

from . import observers
from .attack import Attack

_GROUPS = ("/sys/fs/cgroup", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/unified")

ATTACKS = (
    Attack(
        "into a file by its path",
        "open(bait, 'w').write('changed')",
        observers.file_outside(),
    ),
    Attack(
        "into a file by climbing up from here",
        "open('../' * 40 + bait, 'a').write('changed')",
        observers.file_outside(),
    ),
    Attack(
        "into a file through a symbolic link",
        "import os\nos.symlink(bait, 'other')\nopen('other', 'w').write('changed')",
        observers.file_outside(),
    ),
    Attack(
        "into a file through the roots of other processes",
        """
import glob
for place in glob.glob("/proc/*/root"):
    try:
        open(place + bait, "w").write("changed")
    except OSError:
        pass
""",
        observers.file_outside(),
    ),
    Attack(
        "a file's rights",
        "import os\nos.chmod(bait, 0o4755)",
        observers.file_outside(),
    ),
    Attack(
        "a file's owner",
        "import os\nos.chown(bait, 1234, 1234)",
        observers.file_outside(),
    ),
    Attack(
        "a second name for a file",
        "import os\nos.link(bait, bait + '.again')",
        observers.file_outside(),
    ),
    Attack(
        "a file's date",
        "import os\nos.utime(bait, (1, 1))",
        observers.file_outside(),
    ),
    Attack(
        "no file at all",
        "import os\nos.remove(bait)\nopen(bait, 'w').write('another')",
        observers.file_outside(),
    ),
    Attack(
        "into a folder that everybody may change",
        "open(bait + '/new', 'w').write('x')",
        observers.folder_outside(),
    ),
    Attack(
        "by a program of the system",
        "import subprocess\nsubprocess.run(['cp', '/etc/passwd', bait])",
        observers.folder_outside(),
    ),
    Attack(
        "into the folder for what outlasts a restart",
        "open('/var/tmp/' + bait, 'w').write('x')",
        observers.named_like("/var/tmp"),
    ),
    Attack(
        "a control group of its own",
        f"""
import os
for folder in {_GROUPS!r}:
    try:
        os.mkdir(folder + "/" + bait)
    except OSError:
        pass
""",
        observers.named_like(*_GROUPS),
    ),
    Attack(
        "a named pipe outside",
        "import os\nos.mkfifo(bait + '/pipe')",
        observers.folder_outside(),
    ),
)
