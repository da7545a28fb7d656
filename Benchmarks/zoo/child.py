"""A child process whose time and memory are limited and measured."""
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How a process ended. `peak` is the most memory that it held at once, in bytes."""

    status: int
    output: str
    errors: str
    seconds: float
    peak: int

    @property
    def complaint(self):
        """The first line of what it says is wrong, else how it was ended."""
        lines = [line for line in self.errors.splitlines() if line.strip()]
        named = [line for line in lines if "error:" in line.lower()]
        if self.status == -signal.SIGKILL:
            return "ended: it took too long or too much memory"
        return (named or lines or [f"ended with status {self.status}"])[0].strip()


def run(arguments, seconds, memory):
    """Runs a command; it is killed after so many seconds, and gets no more than so many bytes of address space.

    Its output goes to files, so that it never waits for a reader.
    """
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begin = time.monotonic()
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, preexec_fn=limit)
        while True:
            finished, status, usage = os.wait4(process.pid, os.WNOHANG)
            if finished:
                break
            if time.monotonic() - begin > seconds:
                process.kill()
            time.sleep(0.005)
        process.returncode = os.waitstatus_to_exitcode(status)
        elapsed = time.monotonic() - begin
        output.seek(0)
        errors.seek(0)
        unit = 1 if sys.platform == "darwin" else 1024
        return Outcome(process.returncode, output.read().decode(errors="replace"), errors.read().decode(errors="replace"), elapsed,
                       usage.ru_maxrss * unit)
