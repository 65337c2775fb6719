"""What can go wrong between a source and the inbox, each with its code, and none with a secret or a value in it."""

from typing import Any

from huiliu.kernel.errors import HuiliuError


class CutError(Exception):
    """The connection broke in the middle; whoever transfers may connect again and go on where it stopped."""


class GoneError(Exception):
    """A file or folder that was listed a moment ago is not there any more."""


def source_error(code: str, message: str, hint: str, **facts: Any) -> HuiliuError:
    """An error of a source; `facts` hold names and numbers only."""
    return HuiliuError(code=f"SOURCE-{code}", message=message, hint=hint, facts=facts)


def unreachable(name: str, reason: str) -> HuiliuError:
    """Nobody answers, or the mount is gone."""
    hint = "请检查网络、端口和挂载；本次没有取数，已取到的部分保留，下次接着取。"
    return source_error("005", f"来源 {name} 连不上（{reason}）", hint, source=name, reason=reason)


def login_refused(name: str) -> HuiliuError:
    """The other side answered and did not let us in."""
    hint = "请核对 sources.yaml 中的用户名和 keys/secrets 中对应的口令或私钥。"
    return source_error("007", f"来源 {name} 拒绝登录", hint, source=name)


def cut(name: str, batch: str) -> HuiliuError:
    """The connection kept breaking without any progress; `batch` is empty where nothing was asked for yet."""
    hint = "请检查线路和对方的服务；已取到的部分保留在收件箱的隐藏目录中，下次运行接着取。"
    what = f"的批次 {batch} 传输多次中断" if batch else "连接后多次中断，没有取数"
    return source_error("008", f"来源 {name} {what}", hint, source=name, batch=batch)


def endless(name: str, most: int) -> HuiliuError:
    """A listing that does not end, or might as well not."""
    hint = "请与对方核对所设的文件夹，或请对方清理已取走的旧批次；本次没有取数。"
    return source_error("012", f"来源 {name} 的一个文件夹超过 {most:,} 项", hint, source=name)


def longer(name: str, batch: str, files: int) -> HuiliuError:
    """More would come than the manifest says; it is not begun."""
    hint = "请对方核对清单和文件后重新交付；没有取这个批次，其他批次不受影响。"
    return source_error(
        "013", f"来源 {name} 的批次 {batch} 有 {files} 个文件长于清单所列", hint, source=name, batch=batch
    )
