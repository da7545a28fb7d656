"""A child process whose time and memory are limited and measured.

The kernel counts, for the most memory of a process, what it had before it became another program, which is all that its
parent had. So this file is also a program that is small, and starts the process in the place of one that is large.
"""
import json
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
    """How a process ended.

    `seconds` went by on the clock, `processor` are those that its threads were at work, and `peak` is the most memory that it held at
    once, in bytes.
    """

    status: int
    seconds: float
    processor: float
    peak: int
    output: str
    errors: str

    @property
    def complaint(self):
        """The first line of what it says is wrong, else how it was ended."""
        lines = [line for line in self.errors.splitlines() if line.strip()]
        named = [line for line in lines if "error:" in line.lower()]
        if self.status == -signal.SIGKILL:
            return "ended: it took too long"
        return (named or lines or [f"ended with status {self.status}"])[0].strip()


def run(arguments, seconds, memory):
    """Runs a command; it is killed after so many seconds, and gets no more than so many bytes of address space.

    Its output goes to files, so that it never waits for a reader.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors, tempfile.NamedTemporaryFile("r") as report:
        launcher = [sys.executable, "-I", "-S", __file__, report.name, str(seconds), str(memory)]
        subprocess.run(launcher + arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, check=True)
        output.seek(0)
        errors.seek(0)
        return Outcome(**json.load(report), output=output.read().decode(errors="replace"), errors=errors.read().decode(errors="replace"))


def launch(report, seconds, memory, arguments):
    """Runs a command with the output and errors of this process, and writes how it ended to a file."""
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.execv(arguments[0], arguments)
        finally:
            os._exit(127)
    while True:
        finished, status, usage = os.wait4(child, os.WNOHANG)
        if finished:
            break
        if time.monotonic() - begin > seconds:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.005)
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    with open(report, "w") as file:
        json.dump({"status": os.waitstatus_to_exitcode(status), "seconds": time.monotonic() - begin,
                   "processor": usage.ru_utime + usage.ru_stime, "peak": peak}, file)


if __name__ == "__main__":
    launch(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
