"""What Lighthouse says of the page, on a phone and on a desk. Prints, and asserts nothing (make bench).

Lighthouse and what it needs are 170 MB, so npm fetches them here and not with the page's packages."""

import json
import os
import subprocess

import pytest
from chromium import launch_arguments

LIGHTHOUSE = "lighthouse@12.8.2"  # later ones want Node 22
CATEGORIES = ("performance", "accessibility", "best-practices")
SHOWN = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
FORMS = {"phone": [], "desk": ["--preset=desktop"]}


@pytest.mark.bench
@pytest.mark.parametrize("form", FORMS)
def test_what_lighthouse_says(live_url, browser_type, form, capsys):
    launch = launch_arguments()
    command = ["npm", "exec", "--yes", f"--package={LIGHTHOUSE}", "--", "lighthouse", live_url, *FORMS[form], "--quiet"]
    command += ["--output=json", "--no-enable-error-reporting", f"--only-categories={','.join(CATEGORIES)}"]
    command += [f"--chrome-flags=--headless=new {' '.join(launch['args'])}"]
    environment = os.environ | {"CHROME_PATH": launch.get("executable_path") or browser_type.executable_path}
    told = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    if told.returncode:
        pytest.skip(f"Lighthouse could not be fetched or run: {told.stderr[-500:]}")
    report = json.loads(told.stdout)
    scores = ", ".join(f"{name} {100 * report['categories'][name]['score']:.0f}" for name in CATEGORIES)
    details = ", ".join(f"{name} {report['audits'][name]['displayValue']}" for name in SHOWN)
    with capsys.disabled():
        print(f"\n{LIGHTHOUSE} on a {form}: {scores}\n  {details}")
