"""How Jupyter starts a kernel from the warm process: a kernelspec names this provisioner, and every client obeys.

Where there is no warm process to be had, or it cannot do what is asked, the kernel is started in the usual way.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from helpers.warm.client import Child, can_fork
from helpers.warm.messages import NotServed

PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
# After a restart clients look for the kernel again every 0.1 to 0.2 s; what it said before they found it would be lost.
RECONNECT_SECONDS = 0.3
_kept: set[Child] = set()  # a kernel lives as long as the process that asked for it, whoever forgets it there


class WarmProvisioner(LocalProvisioner):
    """Starts kernels in the warm process, and sees to them as if they were children of this one."""

    own_ports = False

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Prepare as usual, but leave ports that nobody has chosen to the kernel, so that they cannot clash."""
        manager = self.parent
        chosen = manager and any(getattr(manager, name) for name in PORTS)  # as after a restart
        self.own_ports = bool(can_fork() and manager and manager.transport == "tcp" and not chosen)
        self.ports_cached = self.ports_cached or self.own_ports
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Start a kernel and return how to reach it."""
        try:
            from helpers.warm.asking import start_kernel  # there is nothing to ask on systems that cannot load it

            child, ports = await asyncio.to_thread(start_kernel, cmd, kwargs, own_ports=self.own_ports)
        except (ImportError, NotServed, OSError, ValueError) as error:
            self.log.debug("No kernel from the warm process (%s); it is started as usual", error)
            return await super().launch_kernel(cmd, **kwargs)
        if not self.own_ports:
            await asyncio.sleep(RECONNECT_SECONDS)
        self.process = WarmProcess(child)
        self.pid = self.pgid = child.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        self.connection_info = {**self.connection_info, **ports}
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and what it started; nothing happens to one that has ended."""
        if self.process and self.process.poll() is None:
            await super().send_signal(signum)


class WarmProcess:
    """A kernel in the warm process, with those parts of ``subprocess.Popen`` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, child: Child) -> None:
        self._child, self.pid = child, child.pid
        _kept.add(child)

    @property
    def returncode(self) -> int | None:
        return self._child.status

    def poll(self) -> int | None:
        return self._seen(self._child.status)

    def wait(self, timeout: float | None = None) -> int:
        status = self._seen(self._child.wait(timeout))
        if status is None:
            raise subprocess.TimeoutExpired("kernel", timeout)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _seen(self, status: int | None) -> int | None:
        if status is not None:
            _kept.discard(self._child)
            self._child.end()
        return status
