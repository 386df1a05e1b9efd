"""The protocol stands alone: who verifies needs no Django, and reading tiles needs no cryptography beyond hashes."""

import subprocess
import sys

ASKED = "import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"


def loaded_by(module: str) -> set[str]:
    answer = subprocess.run(
        [sys.executable, "-c", ASKED.format(module=module)], capture_output=True, text=True, check=True
    )
    return set(answer.stdout.split())


def test_a_verifier_loads_no_django() -> None:
    assert "django" not in loaded_by("patogh.kit.tlog.proof, patogh.kit.tlog.canonical")


def test_trees_and_tiles_load_hashes_only() -> None:
    assert not {"django", "cryptography", "rfc8785"} & loaded_by("patogh.kit.tlog.tiles")
