# SPDX-License-Identifier: MIT
"""Which programs there are, ours and the peers', and what one process of one of them says. README.md is the contract."""
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess

import machine

OURS = "libgc"
NOT_HERE = 3
SECONDS_MOST = 600

# What is found by looking at stacks: now and then one object more or less, whose check is not compared.
CONSERVATIVE = {("boehm", "finalizers"), ("boehm", "weak_references")}

HERE = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass
class Peer:
    name: str
    title: str
    command: list
    environment: dict
    packages: list
    is_ours: bool  # written here
    ask: list      # the command that prints its version; without one, its first package says it

    def version(self):
        return machine.first_line(self.ask) if self.ask else machine.package_version(self.packages[0])


class ProgramFailed(Exception):
    """A program ended with another status than it may; the text says which and how."""


class Programs:
    """The programs below one build directory."""

    def __init__(self, build):
        self.build = pathlib.Path(build)
        self.peers, self.missing = {}, []
        listed = HERE / "peers" / "peers.json"
        for entry in json.loads(listed.read_text()) if listed.exists() else []:
            peer = Peer(entry["name"], entry["title"], [self._filled(word) for word in entry["command"]], entry.get("environment", {}),
                        entry["packages"], entry.get("is_ours", False), entry.get("ask", []))
            if shutil.which(self._filled(entry["program"])):
                self.peers[peer.name] = peer
            else:
                self.missing.append(peer)
        self._not_here = set()

    def _filled(self, word):
        return word.replace("{build}", str(self.build / "peers")).replace("{source}", str(HERE / "peers"))

    def title(self, name):
        return self.peers[name].title if name in self.peers else name

    def has(self, name, workload):
        """Whether a program is there, and has not said that it has no such workload."""
        return (name == OURS or name in self.peers) and (name, workload) not in self._not_here

    def not_done(self):
        """{title: workloads} of the peers that said they have no such workload."""
        done = {}
        for name, workload in sorted(self._not_here):
            done.setdefault(self.title(name), []).append(workload)
        return done

    def start(self, name, program, arguments, cpus):
        """Runs one process to its end. Returns its records; [] where it has no such workload."""
        peer = self.peers.get(name)
        command = (peer.command if peer else [str(self.build / program)]) + arguments
        environment = dict(os.environ, **(peer.environment if peer else {}))
        try:
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                                  stdin=subprocess.DEVNULL, timeout=SECONDS_MOST,
                                  preexec_fn=lambda: os.sched_setaffinity(0, cpus))  # pylint: disable=subprocess-popen-preexec-fn
        except OSError as refused:
            raise ProgramFailed(f"{' '.join(command)}: {refused.strerror}") from None
        except subprocess.TimeoutExpired:
            raise ProgramFailed(f"{' '.join(command)}: not done after {SECONDS_MOST} seconds") from None
        if done.returncode == NOT_HERE:
            self._not_here.add((name, arguments[0]))
            return []
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise ProgramFailed(f"{' '.join(command)}: status {done.returncode}: {last}")
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
