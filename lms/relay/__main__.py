"""``python -m lms.relay DESCRIPTOR``: a relay that has its orders from an open file.

A program of its own, because what the site has loaded is a weight that it need not carry.
"""

import asyncio
import logging
import os
import resource
import sys

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
    try:
        asyncio.run(_serve(orders, kernels))
    finally:
        kernels.close()


async def _serve(orders: Orders, kernels: BehindWalls) -> None:
    async with asyncio.TaskGroup() as beside:
        for profile in orders.warm:
            beside.create_task(kernels.warm(profile))
        await serve(orders, kernels)


if __name__ == "__main__":
    main()
