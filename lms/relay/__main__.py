"""``python -m lms.relay DESCRIPTOR``: a relay that has its orders from an open file.

A program of its own, because what the site has loaded is a weight that it need not carry.
"""

import asyncio
import logging
import os
import resource
import sys
import threading

from lms.core.blobs import Blobs
from lms.relay.orders import Orders
from lms.relay.sandbox import BehindWalls
from lms.relay.server import serve


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    logging.basicConfig(format="%(asctime)s relay: %(message)s")
    logging.getLogger("lms").setLevel(logging.INFO)
    # A page takes one descriptor and a kernel a dozen; a thousand is what hosts give unasked.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with os.fdopen(int(sys.argv[1])) as told:
        orders = Orders.from_text(told.read())
    kernels = BehindWalls(Blobs(orders.blobs))
    for profile in orders.warm:
        threading.Thread(target=kernels.warm, args=(profile,), daemon=True).start()
    asyncio.run(serve(orders, kernels))
    # Every kernel has ended. The processes that forked them watch us and end too; to wait for
    # one that is still loading its packages would keep whoever stops us waiting.
    os._exit(0)


if __name__ == "__main__":
    main()
