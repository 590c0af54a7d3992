"""What this is made from: `python requirements/supply.py licences`, `sbom` or `audit`; run in .venv, by make.

Python's packages are those of requirements/*.txt, the page's those of package-lock.json.
"""

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SBOM = ROOT / "sbom"
UNASKED = re.compile("could not be audited|ConnectionError|audit endpoint returned an error")
ASKING = {
    "Python's packages": ["pip-audit", "--strict", "--disable-pip", "--require-hashes", "-r", "requirements/test.txt"],
    "the page's packages": ["npm", "audit"],
}


def licences() -> int:
    """Print every package with its version and licence."""
    for name, version in locked("test"):
        print(f"{name} {version}: {_licence(name, version)}")
    for name, about in page():
        print(f"{name} {about['version']} (page): {about.get('license', 'unknown')}")
    return 0


def locked(group: str) -> list[tuple[str, str]]:
    """Names and versions in a lock file."""
    return re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "requirements" / f"{group}.txt").read_text(), re.M)


def page() -> list[tuple[str, dict]]:
    """Names of the page's packages, and what the lock file says of them."""
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return [(path.removeprefix("node_modules/"), about) for path, about in packages.items() if path]


def _licence(name: str, version: str) -> str:
    """As the package tells it: by an expression, else by classifiers, else by the first line of a text."""
    try:
        package = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return "not for this machine"
    told = package.metadata
    if package.version != version:
        return "not for this machine, which has another version"
    classifiers = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License")]
    text = told.get("License") or package.read_text(f"licenses/{told.get('License-File')}") or "unknown"
    return told.get("License-Expression") or " and ".join(classifiers) or text.strip().splitlines()[0]


def sbom() -> int:
    """Write the bills of materials of what a running app consists of, as CycloneDX."""
    SBOM.mkdir(exist_ok=True)
    make = ["cyclonedx-py", "requirements", "requirements/run.txt", "--of", "JSON", "-o", str(SBOM / "python.json")]
    subprocess.check_call(make, cwd=ROOT)
    of_page = subprocess.check_output(["npm", "sbom", "--package-lock-only", "--sbom-format", "cyclonedx"], cwd=ROOT)
    (SBOM / "page.json").write_bytes(of_page)
    print(f"{SBOM}/python.json, {SBOM}/page.json")
    return 0


def audit() -> int:
    """Ask the databases of advisories about every package; 1 if one has a known hole, 2 if they could not be asked."""
    worst = 0
    for what, command in ASKING.items():
        asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        told = asked.stdout + asked.stderr
        if asked.returncode and UNASKED.search(told):
            print(
                f"NOT AUDITED: {what}. Their database of advisories cannot be asked from here: {told.splitlines()[-1]}"
            )
            worst = max(worst, 2)
        else:
            print(f"{what}:\n{told}")
            worst = max(worst, int(asked.returncode > 0))
    return worst


if __name__ == "__main__":
    sys.exit({"licences": licences, "sbom": sbom, "audit": audit}[sys.argv[1]]())
