"""``python -m lms.relay DESCRIPTOR``: a relay that has its orders from an open file.

A program of its own, because what the site has loaded is a weight that it need not carry.
"""

import asyncio
import logging
import os
import resource
import sys

from lms.core.blobs import Blobs
from lms.relay.kernels import NoKernel
from lms.relay.orders import Orders
from lms.relay.sandbox import BehindWalls
from lms.relay.server import log, serve


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    logging.basicConfig(format="%(asctime)s relay: %(message)s")
    log.setLevel(logging.INFO)
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
    warming = asyncio.create_task(_warm(orders, kernels))
    await serve(orders, kernels)
    await warming


async def _warm(orders: Orders, kernels: BehindWalls) -> None:
    for profile in orders.warm:
        try:
            await kernels.warm(profile)
        except NoKernel as fault:
            log.error("live notebooks of profile %s have no kernel: %s", profile, fault.__cause__)


if __name__ == "__main__":
    main()
