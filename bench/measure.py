# SPDX-License-Identifier: MIT
"""What a command costs: wall and CPU time, memory and bytes read of its whole process tree.

It must not know what is measured. Linux only: everything but the wall time comes from /proc and wait4.
"""
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

SAMPLE_S = 0.02  # at least; and long enough that looking costs no more than this share of a core:
SAMPLE_SHARE = 0.02
MIB = 2**20


@dataclass
class Measurement:
    """One run of a command. Times and bytes include start and end of the process and of its descendants."""
    wall_s: float
    cpu_s: float
    peak_mib: float
    read_mib: float  # what read() and its kin returned, from the page cache or not; mapped files do not count
    facts: dict = field(default_factory=dict)  # lines "name value" that the command printed
    stopped: bool = False  # at the time limit


def status_mib(pid, file, key):
    for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) / 1024
    return 0.0


def tree_of(root):
    """A process and its descendants; those that end meanwhile are left out."""
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                waiting += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
            found.append(pid)
        except OSError:
            continue
    return found


def tree_mib(root):
    """A process alone: its peak so far. A tree: what is resident now, pages that processes share counted once."""
    tree = tree_of(root)
    total = 0.0
    for pid in tree:
        try:
            total += status_mib(pid, "status", "VmHWM:") if len(tree) == 1 else status_mib(pid, "smaps_rollup", "Pss:")
        except OSError:
            continue
    return total


def bytes_read(pid):
    """Of a process that has ended and was not waited for yet: the kernel has then added those of all its children."""
    for line in Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("rchar:"):
            return int(line.split()[1])
    return 0


def facts_of(output):
    return dict(words for line in output.splitlines() if len(words := line.split(maxsplit=1)) == 2)


def run(command, limit_s=None, environment=None):
    """Measures `command`; ends the program where it fails, since nothing after it would mean anything."""
    command = [str(word) for word in command]
    ended, late = threading.Event(), threading.Event()
    peak = 0.0
    with tempfile.TemporaryFile("w+") as output:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, env={**os.environ, **(environment or {})}, start_new_session=True)

        def watch():
            nonlocal peak
            pause_s = SAMPLE_S
            while not ended.wait(pause_s):
                spent = time.thread_time()
                peak = max(peak, tree_mib(process.pid))
                pause_s = max(SAMPLE_S, (time.thread_time() - spent) / SAMPLE_SHARE)
                if limit_s is not None and not late.is_set() and time.perf_counter() - begin > limit_s:
                    late.set()
                    os.killpg(process.pid, signal.SIGKILL)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        except BaseException:  # Ctrl-C does not reach the command's own session
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            wall = time.perf_counter() - begin
            ended.set()
            watcher.join()
        read = bytes_read(process.pid)
        _, code, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(code)
        if process.returncode != 0 and not late.is_set():
            sys.exit(f"{' '.join(command)[:300]}\nended with {process.returncode}")
        output.seek(0)
        facts = facts_of(output.read())
    return Measurement(wall, usage.ru_utime + usage.ru_stime, peak, read / MIB, facts, late.is_set())


def in_turn(commands, rounds):
    """Every command once a round, so that all see the same machine; name to its `rounds` measurements. One round more
    goes first and is thrown away: it brings the files into memory."""
    results = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            measured = run(command)
            if number > 0:
                results[name].append(measured)
    return results


def median_of(runs, key):
    return statistics.median(getattr(run, key) for run in runs)


def times(runs, reference, key="wall_s"):
    """How many times the reference's cost: the median of the rounds' own ratios where both ran in every round."""
    if len(runs) == len(reference):
        return statistics.median(getattr(a, key) / getattr(b, key) for a, b in zip(runs, reference))
    return median_of(runs, key) / median_of(reference, key)
