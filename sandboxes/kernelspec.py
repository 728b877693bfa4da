"""Writes the kernel spec through which Jupyter's own programs use a profile's sandbox."""

import json
import sys
from pathlib import Path

from sandboxes.profiles import Profile


def write(profile: Profile, folder: Path | None = None) -> Path:
    """Write the spec ``sandboxed-PROFILE`` and return its folder.

    ``folder`` is one of Jupyter's folders of kernel specs; by default this Python's own.
    """
    specs = folder or Path(sys.prefix) / "share" / "jupyter" / "kernels"
    place = specs / f"sandboxed-{profile.name}"
    place.mkdir(parents=True, exist_ok=True)
    spec = {
        # Kept for readers of the spec: what runs is chosen by the provisioner.
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": f"Python in a sandbox ({profile.name})",
        "language": "python",
        "interrupt_mode": "message",
        "metadata": {
            "kernel_provisioner": {
                "provisioner_name": "sandboxed",
                "config": {"profile": profile.name},
            }
        },
    }
    (place / "kernel.json").write_text(json.dumps(spec, indent=1) + "\n", "utf-8")
    return place
