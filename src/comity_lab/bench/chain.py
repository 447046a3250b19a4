"""What people do today with evidence: hash, seal, copy to the other machine, open, hash again.

    sha256sum file; age -r …; scp (or cp); age -d; sha256sum file

Each is the real tool; the copy goes over loopback by an sshd of its own where there is one.

Floor: lab.
"""

import getpass
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.demo.ports import free_port
from comity.kernel.fault import Fault

SCP: Final = "scp"
CP: Final = "cp"
_SSHD: Final = ("/usr/sbin/sshd", "/usr/local/sbin/sshd")
_READY_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Chain:
    """What one pass took, seconds.

    Attributes:
        hash_s: `sha256sum` at the sender.
        seal_s: `age -r`.
        copy_s: `scp` or `cp`.
        open_s: `age -d`.
        verify_s: `sha256sum` at the receiver.
        copied_by: which of the two it was.
    """

    hash_s: float
    seal_s: float
    copy_s: float
    open_s: float
    verify_s: float
    copied_by: str

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.hash_s + self.seal_s + self.copy_s + self.open_s + self.verify_s


def measure(folder: Path, file: Path) -> Chain:
    """Take a file through the chain; what it leaves is dropped.

    Raises:
        Fault: `lab.bench.tool` where `age` or `sha256sum` is missing or fails.
    """
    work = folder / "chain"
    work.mkdir()
    _run("age-keygen", "-o", str(work / "key"))
    recipient = _run("age-keygen", "-y", str(work / "key")).strip()
    sealed, came, opened = (work / name for name in ("sealed.age", "came.age", "opened"))
    try:
        with _copier(work) as (copied_by, copy):
            hash_s = _timed("sha256sum", str(file))
            seal_s = _timed("age", "-r", recipient, "-o", str(sealed), str(file))
            copy_s = _timed(*copy, str(sealed), _place(copied_by, came))
        open_s = _timed("age", "-d", "-i", str(work / "key"), "-o", str(opened), str(came))
        verify_s = _timed("sha256sum", str(opened))
    finally:
        shutil.rmtree(work)
    return Chain(hash_s, seal_s, copy_s, open_s, verify_s, copied_by)


def _place(copied_by: str, path: Path) -> str:
    return f"{getpass.getuser()}@127.0.0.1:{path}" if copied_by == SCP else str(path)


def _timed(*command: str) -> float:
    began = time.perf_counter()
    _run(*command)
    return time.perf_counter() - began


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 -- tools that the bench names
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"") or str(error).encode()
        raise Fault(
            code="lab.bench.tool",
            what=f"`{command[0]}` failed: {said.decode('utf-8', 'replace')[-300:]}",
            fix="Install age and coreutils: the bench measures beside them.",
        ) from error
    return done.stdout.decode()


@contextmanager
def _copier(work: Path) -> Iterator[tuple[str, Sequence[str]]]:
    """Give how a file is copied: by scp to an sshd of our own, or by cp where there is none."""
    sshd = next((path for path in _SSHD if Path(path).exists()), "")
    if not sshd or not shutil.which(SCP):
        yield CP, (CP,)
        return
    if os.geteuid() == 0:  # where it is no service of this machine, nobody has made its folder
        with suppress(OSError):
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    port = free_port()
    for name in ("host", "user"):
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(work / name))
    words = {
        "Port": str(port),
        "ListenAddress": "127.0.0.1",
        "HostKey": str(work / "host"),
        "AuthorizedKeysFile": str(work / "user.pub"),
        "StrictModes": "no",
        "PidFile": "none",
        "Subsystem": "sftp internal-sftp",
    }
    config = work / "sshd_config"
    config.write_text("".join(f"{name} {value}\n" for name, value in words.items()))
    server = subprocess.Popen([sshd, "-D", "-e", "-f", str(config)], stderr=subprocess.DEVNULL)  # noqa: S603 -- as above
    options = ["-q", "-P", str(port), "-i", str(work / "user"), "-o", "BatchMode=yes"]
    options += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    try:
        works = _answers(options, work)
        yield (SCP, (SCP, *options)) if works else (CP, (CP,))
    finally:
        server.terminate()
        server.wait()


def _answers(options: Sequence[str], work: Path) -> bool:
    """Whether a small file arrives: the account may not let anybody in."""
    end = time.monotonic() + _READY_S
    while time.monotonic() < end:
        command = (SCP, *options, str(work / "user.pub"), _place(SCP, work / "probe"))
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:  # noqa: S603 -- as above
            return True
        time.sleep(0.1)
    return False
