"""python -m benchmarks.typescript FOLDER: time the npm package, and weigh what a bundler keeps.

The folder has ``inngest`` 4, ``zod`` 4 and ``esbuild`` in its ``node_modules``.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from platform_events import WearableDataReceived
from platform_events.contracts import npm
from platform_events.contracts.json_schema import event_schema

SCRIPT = Path(__file__).with_suffix(".mjs")
# One event of the package, with what zod brings along; the SDK is there anyway.
ENTRIES = {
    "one small event": 'export { scoringCalculate } from "platform-events";',
    "the names": 'export { SCORING_CALCULATE } from "platform-events/names";',
}


def main(folder: Path) -> None:
    npm.write(folder / "node_modules" / npm.PACKAGE_NAME)
    (folder / SCRIPT.name).write_text(SCRIPT.read_text("utf-8"), "utf-8")
    examples: Any = event_schema(WearableDataReceived)["examples"]
    run = [["node", SCRIPT.name, json.dumps(examples[0])] for _ in range(5)]
    for times in sorted(output(command, folder) for command in run):
        print(times.strip())
    for name, code in ENTRIES.items():
        (folder / "entry.mjs").write_text(code, "utf-8")
        options = ["--bundle", "--minify", "--format=esm", "--external:inngest"]
        bundled = output(["node_modules/.bin/esbuild", "entry.mjs", *options], folder)
        print(f"{name}: {len(gzip.compress(bundled.encode())):,} bytes, compressed")


def output(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
