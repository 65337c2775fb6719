"""Which typefaces a report is set in: the agency's licensed ones first, else the free Noto faces of a wheel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import typst

from huiliu.kernel.errors import HuiliuError

_WHEEL = "pylopdf_fonts_zh_cn"


@dataclass(frozen=True)
class Face:
    """One part of the page: the face GB/T 9704 asks for by its names, and the free face that stands in for it."""

    label: str
    names: tuple[str, ...]
    fallback: str


FACES: Mapping[str, Face] = {
    "title": Face(
        "标题（小标宋）",
        ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"),
        "Noto Serif SC",
    ),
    "heading": Face("一级标题（黑体）", ("黑体", "SimHei"), "Noto Sans SC"),
    "subheading": Face(
        "二级标题（楷体）", ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "STKaiti"), "Noto Serif SC"
    ),
    "body": Face("正文（仿宋）", ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "STFangsong"), "Noto Serif SC"),
    "table": Face("表格与页码（宋体）", ("宋体", "SimSun", "STSong"), "Noto Serif SC"),
}


@dataclass(frozen=True)
class FontSet:
    """Font folders in order of preference; the machine's own fonts are never looked at, so pages agree everywhere."""

    folders: tuple[Path, ...]

    @cached_property
    def loaded(self) -> typst.Fonts:
        """The faces found in the folders, read once."""
        return typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(folder) for folder in self.folders],
        )

    @cached_property
    def families(self) -> frozenset[str]:
        """Family names found."""
        return frozenset(self.loaded.families())

    def chain(self, part: str) -> list[str]:
        """The families to set a part in, best first; never empty, the free face is always last."""
        face = FACES[part]
        return [name for name in face.names if name in self.families] + [face.fallback]

    def substituted(self) -> dict[str, str]:
        """Parts set in a stand-in face: label → stand-in; empty when the agency's folder has all faces."""
        return {face.label: face.fallback for part, face in FACES.items() if self.chain(part) == [face.fallback]}

    def notes(self) -> list[str]:
        """The stand-ins as one sentence for people, or nothing."""
        if not (replaced := self.substituted()):
            return []
        parts = "、".join(f"{label}用 {name}" for label, name in replaced.items())
        return [f"PDF 缺少公文字体，已用替代字体排版：{parts}。把单位已获授权的字体放入字体目录后重新生成即可。"]


def find_fonts(agency_folders: Sequence[Path] = ()) -> FontSet:
    """The agency's font folders, in the order given, before the wheel's; a folder that is not there is an error."""
    for number, folder in enumerate(agency_folders, start=1):
        if not folder.is_dir():
            raise HuiliuError(
                code="DOC-008",
                message=f"第{number}个字体目录不存在",
                hint="请核对字体目录的路径，或去掉这一项。",
                facts={"position": number},
            )
    return FontSet((*agency_folders, _wheel_folder()))


def installed_fonts(folder: Path) -> FontSet:
    """The faces of an installation before the wheel's; one that keeps none has no such folder."""
    return find_fonts([folder] if folder.is_dir() else ())


def _wheel_folder() -> Path:
    spec = find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise HuiliuError(
            code="DOC-009",
            message="没有安装中文替代字体",
            hint=f"请安装依赖 {_WHEEL}（见 requirements.lock）。",
            facts={"package": _WHEEL},
        )
    return Path(spec.origin).parent
