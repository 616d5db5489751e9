# SPDX-License-Identifier: MIT
"""workshop.py: makes a library of changed source, and runs the tests on it until one fails.

The tests are linked once, to a shared library of all of the core's objects with every name visible, so that one change costs one
compilation (of all that includes it, where a header is changed), one link, and the tests that run before one fails."""
import json
import os
import pathlib
import re
import resource
import shlex
import shutil
import signal
import subprocess
import time
import zlib

MEMORY_BYTES = 14 << 30  # of data, for a change that allocates for ever; a test opens a thousand heaps, which take ten
LINKED = re.compile(r"\S*libgc-(?:core|jemalloc|sodium)\.a")


def called(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)


def must(command, **more):
    done = called(command, **more)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


class Workshop:
    def __init__(self, source, build):
        self.source, self.build = source, build
        self.here = build / "mutate"
        self.here.mkdir(exist_ok=True)
        (self.here / "objects").mkdir(exist_ok=True)
        with open(build / "compile_commands.json", encoding="utf-8") as file:
            entries = json.load(file)
        self.commands = {}
        for entry in entries:
            path = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
            if "libgc-core.a.p" in entry["output"] and source in path.parents:
                self.commands[str(path.relative_to(source))] = self._compilation(entry)

    @staticmethod
    def _compilation(entry):
        """The command that compiles a file of the core, without output, input and dependencies, every name visible."""
        words, kept = shlex.split(entry["command"]), []
        while words:
            word = words.pop(0)
            if word in ("-o", "-MF", "-MQ", "-c"):
                words.pop(0)
            elif word not in ("-MD", "-fvisibility=hidden", "-g", "-Werror"):
                kept.append(word)
        return [*kept, "-w", "-fno-semantic-interposition"]

    def compile(self, file, path, output, before=()):
        """Compiles the text at `path` in place of a file of the core. False: it is no C."""
        command = [self.commands[file][0], *before, *self.commands[file][1:], "-c", str(path), "-o", str(output)]
        return called(command, cwd=self.build).returncode == 0

    def object_of(self, file):
        return self.here / "objects" / (file.replace("/", "_") + ".o")

    def link(self, objects, output):
        must([self.commands["lib/error.c"][0], "-shared", "-o", str(output), *map(str, objects), "-Wl,--whole-archive",
              str(self.build / "libgc-jemalloc.a"), str(self.build / "libgc-sodium.a"), "-Wl,--no-whole-archive",
              "-Wl,-z,nodelete", "-lpthread", "-ldl", "-lm"])

    def prepare(self, programs):
        """Compiles the core as it is, and links the test programs to it."""
        must(["ninja", "-C", str(self.build), "libgc-jemalloc.a", "libgc-sodium.a", *programs])
        newest = max(path.stat().st_mtime for folder in ("include", "lib", "gc") for path in (self.source / folder).rglob("*.h"))
        for file in self.commands:
            made = self.object_of(file)
            if made.exists() and made.stat().st_mtime > max(newest, (self.source / file).stat().st_mtime):
                continue
            if not self.compile(file, self.source / file, made):
                raise SystemExit(f"{file} does not compile")
        (self.here / "whole").mkdir(exist_ok=True)
        self.link([self.object_of(file) for file in self.commands], self.here / "whole" / "libwhole.so")
        for program in programs:
            made = self.here / pathlib.Path(program).name
            parts = [*(self.build / f"{program}.p").glob("*.o"), *(self.build / "tests").glob("*.a")]
            if made.exists() and made.stat().st_mtime > max(part.stat().st_mtime for part in parts):
                continue
            link = must(["ninja", "-C", str(self.build), "-t", "commands", program]).splitlines()[-1]
            words = [word for word in shlex.split(link) if not LINKED.fullmatch(word)]
            words[words.index("-o") + 1] = str(made)
            must([*words, "-L" + str(self.here / "whole"), "-lwhole"], cwd=self.build)

    def dependents(self, file):
        """The files of the core that include a header, by way of others too."""
        users, wanted = set(), {file}
        while wanted:
            name = wanted.pop()
            for path in [*self.source.glob("lib/**/*.[ch]"), *self.source.glob("gc/*.[ch]")]:
                relative = str(path.relative_to(self.source))
                if relative not in users and f'#include "{name}"' in path.read_text(encoding="utf-8"):
                    users.add(relative)
                    wanted.add(relative)
        return sorted(users & set(self.commands))

    def make(self, worker, file, text):
        """A library with one file changed, in the worker's directory. Returns its directory; or 'no C', or 'the same'."""
        room = self.here / f"worker-{worker}"
        shutil.rmtree(room, ignore_errors=True)
        (room / file).parent.mkdir(parents=True)
        (room / file).write_text(text, encoding="utf-8")
        compiled = {}
        for user in [file] if file in self.commands else self.dependents(file):
            output = room / (user.replace("/", "_") + ".o")
            path = room / file if user == file else self.source / user
            if not self.compile(user, path, output, ("-I" + str(room),)):
                return "no C"
            compiled[user] = output
        if all(output.read_bytes() == self.object_of(user).read_bytes() for user, output in compiled.items()):
            return "the same"
        self.link([compiled.get(name, self.object_of(name)) for name in self.commands], room / "libwhole.so")
        return room


def _limited():
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Test:
    """A program, and how long it takes on the library as it is."""

    def __init__(self, workshop, words, environment=None):
        self.name = " ".join([*(f"{key}={value}" for key, value in (environment or {}).items()), *words])
        self.command = [str(workshop.here / words[0]), *words[1:]]
        self.environment = dict(environment or {})
        self.seconds = 0.0

    def passes(self, library, limit):
        """Whether the program ends with status 0 in time. What a test prints is not looked at."""
        environment = dict(os.environ, LD_LIBRARY_PATH=str(library), **self.environment)
        began = time.monotonic()
        with subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env=environment, start_new_session=True, preexec_fn=_limited) as process:
            try:
                status = process.wait(timeout=limit)
            except subprocess.TimeoutExpired:
                status = None
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.last = time.monotonic() - began
        return status == 0

    def measure(self, library, known):
        """Whether it passes on the library as it is, by how long it took; `known` has what it took earlier, of the same programs."""
        key = f"{self.name} {zlib.crc32(pathlib.Path(self.command[0]).read_bytes())}"
        if key not in known:
            if not self.passes(library, 300):
                return False
            known[key] = self.last
        self.seconds = known[key]
        return True

    def notices(self, library):
        return not self.passes(library, 4 + 8 * self.seconds)
