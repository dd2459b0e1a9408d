"""Files that appear whole or not at all."""

import json
import os
import tempfile
from pathlib import Path

from safetensors.torch import save


def write_whole(path, content):
    """Writes bytes or text to `path`: into a file beside it first, which then takes its name. A device or a pipe is written to as it is."""
    path = Path(path)
    content = content.encode() if isinstance(content, str) else content
    if path.exists() and not path.is_file():
        with open(path, "ab") as device:
            device.write(content)
        return
    path = path.resolve() if path.is_symlink() else path  # what a link leads to is replaced, not the link
    handle, beside = tempfile.mkstemp(prefix=f".{path.name[:80]}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~umask())
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def safetensors_bytes(tensors, metadata):
    """safetensors' own bytes, but with the header in sorted order, so that the same content is the same file."""
    blob = save(tensors, metadata)
    end = 8 + int.from_bytes(blob[:8], "little")
    header = json.dumps(json.loads(blob[8:end]), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + blob[end:]
