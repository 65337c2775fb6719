"""An SFTP server as a store: its host key is pinned, everything is read-only, and a broken connection says so."""

import base64
import hashlib
import hmac
import io
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import paramiko

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.sources.faults import CutError, GoneError, login_refused, source_error, unreachable
from huiliu.lake.sources.store import Entry, Store, blocks, kind_of, listed

_AHEAD = 64  # requests under way at once, 32 KB each: a long line is kept full at 2 MB of memory
_WINDOW = 4 << 20
_BROKEN = (OSError, EOFError, paramiko.SSHException, paramiko.SFTPError)
_KEYS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


@dataclass(frozen=True)
class SftpLogin:
    """Whom we call, whom we expect to answer, and as whom; one of `password` and `key` (OpenSSH private key text)."""

    name: str
    host: str
    port: int
    user: str
    host_keys: Sequence[str]
    password: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)
    timeout: int = 30


@dataclass(frozen=True)
class SftpStore:
    """One open connection."""

    name: str
    root: str
    client: paramiko.SFTPClient

    def entries(self, folder: str) -> list[Entry]:
        """What is in a folder; attributes are those of the entries themselves, links not followed."""
        try:
            found = self.client.listdir_iter(self._path(folder), read_aheads=1)  # one answer at a time, counted
            return listed(self.name, map(_entry, found))
        except (*_BROKEN, UnicodeDecodeError) as error:
            raise self._fault(error, folder) from None

    def read(self, path: str, offset: int, most: int) -> Iterator[bytes]:
        """The file's bytes from an offset on, requested ahead."""
        try:
            with self.client.open(self._path(path), "rb") as stream:
                stream.seek(offset)
                _request_ahead(stream, offset + most)
                yield from blocks(stream.read, most)
        except _BROKEN as error:
            raise self._fault(error, path) from None

    def _path(self, path: str) -> str:
        return f"{self.root.rstrip('/')}/{path}" if path else self.root

    def _fault(self, error: Exception, path: str) -> Exception:
        match error:
            case FileNotFoundError() if path:
                return GoneError()
            case FileNotFoundError():
                return unreachable(self.name, "对方没有所设的文件夹")
            case PermissionError():
                return unreachable(self.name, "对方不允许读取")
            case UnicodeDecodeError():
                return unreachable(self.name, "对方的文件名不是 UTF-8")
        return CutError()


def _request_ahead(stream: paramiko.SFTPFile, end: int) -> None:
    """Keep requests under way in a thread of paramiko's, which would print its own end when the line breaks.

    None lies behind the end of the file as the server tells it, for the answer would be a fault.
    """
    ask = getattr(stream, "_prefetch_thread")  # noqa: B009 - private, and so unknown to its types

    def quietly(*arguments: Any) -> None:
        with suppress(*_BROKEN):
            ask(*arguments)

    setattr(stream, "_prefetch_thread", quietly)  # noqa: B010
    stream.prefetch(min(stream.stat().st_size or 0, end), max_concurrent_requests=_AHEAD)


def _entry(item: paramiko.SFTPAttributes) -> Entry:
    return Entry(item.filename, kind_of(item.st_mode or 0), item.st_size or 0, int(item.st_mtime or 0))


@contextmanager
def open_sftp(login: SftpLogin, root: str) -> Iterator[Store]:
    """Connect, compare the host key before anything is sent, log in; closed at the end whatever happens."""
    transport = _transport(login)
    try:
        _check_host(login, transport.get_remote_server_key())
        _log_in(login, transport)
        client = paramiko.SFTPClient.from_transport(transport, window_size=_WINDOW)
        assert client is not None
        channel = client.get_channel()
        assert channel is not None
        channel.settimeout(login.timeout)
        yield SftpStore(login.name, root, client)
    except _BROKEN:
        raise CutError from None
    finally:
        transport.close()


def _transport(login: SftpLogin) -> paramiko.Transport:
    try:
        line = socket.create_connection((login.host, login.port), timeout=login.timeout)
    except OSError as error:
        raise unreachable(login.name, error.strerror or "无应答") from None
    transport = paramiko.Transport(line)
    transport.banner_timeout = transport.auth_timeout = login.timeout
    try:
        transport.start_client(timeout=login.timeout)
    except _BROKEN:
        transport.close()
        raise CutError from None
    return transport


def fingerprint(key: paramiko.PKey) -> str:
    """As `ssh-keygen -l` prints it: `SHA256:` and base64 without padding."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")


def _check_host(login: SftpLogin, key: paramiko.PKey) -> None:
    shown = fingerprint(key)
    if any(hmac.compare_digest(shown, known) for known in login.host_keys):
        return
    raise source_error(
        "006",
        f"来源 {login.name} 的主机指纹与登记的不同（对方出示 {key.get_name()} {shown}）",
        "请与对方当面或电话核对指纹；核对无误后改 sources.yaml 的 host_key。没有登录，也没有取数。",
        source=login.name,
        shown=shown,
    )


def _log_in(login: SftpLogin, transport: paramiko.Transport) -> None:
    try:
        if login.key is not None:
            transport.auth_publickey(login.user, _private_key(login))
        else:
            transport.auth_password(login.user, login.password or "", fallback=False)
    except paramiko.AuthenticationException:
        raise login_refused(login.name) from None


def _private_key(login: SftpLogin) -> paramiko.PKey:
    """Whatever kind of key the text holds."""
    for kind in _KEYS:
        try:
            return kind.from_private_key(io.StringIO(login.key or ""), login.passphrase)
        except (paramiko.SSHException, ValueError):
            continue
    raise _bad_key(login)


def _bad_key(login: SftpLogin) -> HuiliuError:
    hint = "需要 OpenSSH 格式的 Ed25519、ECDSA 或 RSA 私钥；有口令的另设 passphrase。"
    return source_error("003", f"来源 {login.name} 的私钥读不出来", hint, source=login.name)
