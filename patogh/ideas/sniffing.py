"""What a model file is, by its content: names and the sender's word for it count nothing."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import Final

from patogh.ideas.errors import ModelRefused
from patogh.kit import persian

# The name's ending and the type under which each form is sent; browsers are told to save it, never to open it.
FORMS: Final = {
    "stl": "model/stl", "step": "model/step", "3mf": "model/3mf", "glb": "model/gltf-binary", "pdf": "application/pdf",
}  # fmt: skip
_STL_HEAD: Final = 84
_STL_FACET: Final = 50
_NAME_CHARS: Final = 80
_ZIP_NAMES_MAX: Final = 2_000
_UNSAFE: Final = re.compile(r"[^\w.\- \u200c]+")


def model_form(data: bytes) -> str:
    """Return "stl", "step", "3mf", "glb" or "pdf"; raises ModelRefused for anything else."""
    for form, is_so in (("pdf", _is_pdf), ("glb", _is_glb), ("step", _is_step), ("3mf", _is_3mf), ("stl", _is_stl)):
        if is_so(data):
            return form
    raise ModelRefused


def file_name(said: str, form: str) -> str:
    """Return a safe name for a file of this form, from the one it came with."""
    base = persian.name_clean(said.replace("\\", "/").rpartition("/")[2]).replace("\0", "")
    stem = base.rpartition(".")[0] or base
    kept = _UNSAFE.sub("-", stem).strip(" .-")[:_NAME_CHARS]
    return f"{kept or 'model'}.{form}"


def type_of(name: str) -> str:
    """Return the type under which a stored file is sent."""
    return FORMS.get(name.rpartition(".")[2], "application/octet-stream")


def _is_pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-2_048:]


def _is_glb(data: bytes) -> bool:
    """Binary glTF 2.0: magic, version 2 and its own length (Khronos glTF 2.0, section 4.4.2)."""
    return len(data) >= 20 and data[:4] == b"glTF" and struct.unpack_from("<II", data, 4) == (2, len(data))


def _is_step(data: bytes) -> bool:
    """ISO 10303-21: the exchange structure begins and ends with its own words."""
    return data[:200].lstrip().startswith(b"ISO-10303-21;") and b"END-ISO-10303-21;" in data[-200:]


def _is_3mf(data: bytes) -> bool:
    """A package of the Open Packaging Conventions with a 3D model in it; only its table of contents is read."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):
        return False
    if len(names) > _ZIP_NAMES_MAX:
        return False
    return "[Content_Types].xml" in names and any(name.lower().endswith(".model") for name in names)


def _is_stl(data: bytes) -> bool:
    """Binary STL says how many facets follow, 50 bytes each; the text form begins with "solid" and has facets."""
    if len(data) >= _STL_HEAD:
        (facets,) = struct.unpack_from("<I", data, 80)
        if facets and len(data) == _STL_HEAD + facets * _STL_FACET:
            return True
    head = data[:2_000].lstrip().lower()
    return (
        head.startswith(b"solid") and b"facet normal" in data[:20_000].lower() and b"endsolid" in data[-2_000:].lower()
    )
