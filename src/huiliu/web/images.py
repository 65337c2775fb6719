"""How large a picture says it is, before anything would unfold it."""

import io
import struct
from typing import BinaryIO

from huiliu.kernel.errors import HuiliuError

SIDE = 20_000
PIXELS = 60_000_000
# Frames of JPEG that carry a size; C4, C8 and CC are tables and an extension.
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})


def check_image(file: BinaryIO, kind: str) -> None:
    """UPL-007 for a picture whose size cannot be read, UPL-008 for one too large to be shown."""
    file.seek(0)
    try:
        width, height = _png(file) if kind == "png" else _jpeg(file)
    except (struct.error, ValueError):
        raise HuiliuError(code="UPL-007", message="图片文件已损坏", hint="请重新拍摄或扫描后上传。") from None
    if not (0 < width <= SIDE and 0 < height <= SIDE and width * height <= PIXELS):
        raise HuiliuError(
            code="UPL-008",
            message="图片的像素尺寸太大或为零",
            hint=f"边长不超过 {SIDE:,} 像素、总数不超过 {PIXELS // 10_000:,} 万像素；请缩小后上传。",
            facts={"width": width, "height": height},
        )


def _png(file: BinaryIO) -> tuple[int, int]:
    head = file.read(24)
    if head[12:16] != b"IHDR":
        raise ValueError("no header")
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _jpeg(file: BinaryIO) -> tuple[int, int]:
    """Walk the segments to the frame that holds the size."""
    file.seek(2)
    while True:
        if file.read(1) != b"\xff":
            raise ValueError("no segment")
        marker = b"\xff"
        while marker == b"\xff":
            marker = file.read(1)
        if not marker:
            raise ValueError("ended early")
        if marker[0] in _WITHOUT_LENGTH:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if marker[0] in _FRAMES:
            _, height, width = struct.unpack(">BHH", file.read(5))
            return width, height
        if length < 2 or marker[0] in {0xD9, 0xDA}:
            raise ValueError("no frame before the picture")
        file.seek(length - 2, io.SEEK_CUR)
