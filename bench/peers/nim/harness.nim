# SPDX-License-Identifier: MIT
## What every workload does the same way in Nim: the command line, the rounds, the clock, the random numbers and the lines that are
## printed. ../../README.md is the contract.

import std/[algorithm, monotimes, parseopt, posix, strutils]

const notHere = 3

type
  Random* = object
    state: uint32

  Bench* = ref object
    n*, variant*: int
    random*: Random
    isAutomatic*: bool
    units*, check*: int
    bytesPerObject*: float ## 0 where it is not measured
    seed: uint32

  Step* = proc (bench: Bench) {.nimcall.}

  Workload* = object
    ## Steps may be nil, but for `run`, which alone is timed. `open` comes once, before the first round.
    name*: string
    n*, variant*: int
    isPaced*: bool ## automatic collection is on, unless --automatic off says otherwise
    open*, prepare*, run*, finish*: Step

  Options = object
    workload: string
    n, rounds, warm: int
    seconds: float
    seed: uint32
    isOff, isList: bool

proc fail*(message: string) {.noreturn.} =
  stderr.writeLine(message)
  quit(1)

# --- Random numbers ---------------------------------------------------------------------------------------------------

proc start(seed: uint32): Random =
  result.state = seed * 2654435769'u32
  if result.state == 0:
    result.state = 1

proc next*(random: var Random): uint32 {.inline.} =
  var state = random.state
  state = state xor (state shl 13)
  state = state xor (state shr 17)
  state = state xor (state shl 5)
  random.state = state
  state

proc below*(bench: Bench, limit: int): int {.inline.} =
  int((uint64(bench.random.next()) * uint64(limit)) shr 32)

proc shuffled*(bench: Bench, n: int): seq[int32] =
  result = newSeq[int32](n)
  for i in 0 ..< n:
    result[i] = int32(i)
  for i in countdown(n - 1, 1):
    swap(result[i], result[bench.below(i + 1)])

proc randomGraph*(bench: Bench, n: int): tuple[sides: seq[int32], check: int] =
  ## sides[2 * i] and sides[2 * i + 1] are what object i refers to.
  var
    order = newSeq[int32](n)
    open = newSeqOfCap[int32](n + 2)
    check = 0'u32
  result.sides = newSeq[int32](2 * n)
  for i in 0 ..< n:
    order[i] = int32(i)
  for i in countdown(n - 1, 2):
    swap(order[i], order[1 + bench.below(i)])
  for i in 0 ..< n:
    if i > 0:
      let at = bench.below(open.len)
      result.sides[open[at]] = order[i]
      open[at] = open[open.high]
      open.setLen(open.len - 1)
    open.add(2 * order[i])
    open.add(2 * order[i] + 1)
  for place in open:
    result.sides[place] = int32(bench.below(n))
  for i in 0 ..< n:
    check += uint32(i mod 7 + 1) * uint32(result.sides[2 * i]) + uint32(i mod 5 + 1) * uint32(result.sides[2 * i + 1])
  result.check = int(check)

# --- Clocks and counters ------------------------------------------------------------------------------------------------

proc residentBytes*(): int =
  parseInt(readFile("/proc/self/statm").split(' ')[1]) * int(sysconf(SC_PAGESIZE))

proc processNs(): int =
  var now: Timespec
  discard clock_gettime(ClockId(CLOCK_PROCESS_CPUTIME_ID), now)
  int(now.tv_sec) * 1_000_000_000 + now.tv_nsec

proc faults(): int =
  var usage: Rusage
  discard getrusage(RUSAGE_SELF, addr usage)
  usage.ru_minflt + usage.ru_majflt

proc collect*(bench: Bench) =
  ## A full collection. It changes the threshold, so that automatic ones have to be switched off again.
  GC_fullCollect()
  if not bench.isAutomatic:
    GC_disableOrc()

# --- Rounds -------------------------------------------------------------------------------------------------------------

proc oneRound(workload: Workload, bench: Bench): tuple[nsEach: float, faults: int] =
  bench.units = bench.n
  bench.random = start(bench.seed)
  if workload.prepare != nil:
    workload.prepare(bench)
  let faultsBefore = faults()
  let began = processNs()
  workload.run(bench)
  let elapsed = processNs() - began
  result.faults = faults() - faultsBefore
  if workload.finish != nil:
    workload.finish(bench)
  result.nsEach = float(elapsed) / float(bench.units)

proc median(values: seq[float]): float =
  let ordered = sorted(values)
  (ordered[ordered.len div 2] + ordered[(ordered.len - 1) div 2]) / 2

proc measure(workload: Workload, options: Options) =
  var rounds, faults: seq[float]
  var texts: seq[string]
  let bench = Bench(n: (if options.n >= 0: options.n else: workload.n), variant: workload.variant, seed: options.seed,
                    isAutomatic: workload.isPaced and not options.isOff)
  bench.random = start(bench.seed)
  if not bench.isAutomatic:
    GC_disableOrc()
  if workload.open != nil:
    workload.open(bench)
  for _ in 0 ..< options.warm:
    discard oneRound(workload, bench)
  let since = getMonoTime().ticks
  while rounds.len < options.rounds:
    let round = oneRound(workload, bench)
    rounds.add(round.nsEach)
    faults.add(float(round.faults))
    texts.add(formatFloat(round.nsEach, ffDefault, 9))
    if options.seconds > 0 and float(getMonoTime().ticks - since) > options.seconds * 1e9:
      break
  var line = "{\"workload\": \"$1\", \"peer\": \"nim\", \"n\": $2, \"automatic\": \"$3\", \"settings\": \"$4\", " % [
    workload.name, $bench.n, (if bench.isAutomatic: "default" else: "off"), (if bench.isAutomatic: "" else: "GC_disableOrc()")]
  line.add("\"ns_per_object\": $1, \"rounds\": [$2], \"unit_count\": $3, \"page_faults\": $4, \"check\": $5" % [
    formatFloat(median(rounds), ffDefault, 9), texts.join(", "), $bench.units, $int(median(faults)), $bench.check])
  if bench.bytesPerObject > 0:
    line.add(", \"bytes_per_object\": " & formatFloat(bench.bytesPerObject, ffDecimal, 2))
  echo line, "}"

# --- The command line ---------------------------------------------------------------------------------------------------

proc readOptions(): Options =
  result = Options(n: -1, rounds: 5, warm: 1, seed: 1)
  var parser = initOptParser()
  var name = ""
  var isRight = true
  for kind, key, value in parser.getopt():
    # `--n N` comes as an option without a value, and an argument.
    let given = if kind == cmdArgument: key else: value
    if kind != cmdArgument:
      name = key
      if key == "list":
        result.isList = true
        name = ""
      if value == "":
        continue
    try:
      case name
      of "": (isRight = isRight and result.workload == ""; result.workload = given)
      of "n": result.n = parseInt(given)
      of "rounds": result.rounds = parseInt(given)
      of "warm": result.warm = parseInt(given)
      of "seconds": result.seconds = parseFloat(given)
      of "seed": result.seed = uint32(parseInt(given) and 0xFFFFFFFF)
      of "automatic": (isRight = isRight and given in ["default", "off"]; result.isOff = given == "off")
      else: isRight = false
    except ValueError:
      isRight = false
    name = ""
  if not isRight or name != "" or result.rounds < 1 or result.warm < 0 or (result.workload == "" and not result.isList):
    stderr.writeLine("usage: peer_nim WORKLOAD [--n N] [--rounds R] [--warm W] [--seconds S] [--seed S] [--automatic default|off] | --list")
    quit(2)

proc main*(workloads: openArray[Workload]) {.noreturn.} =
  ## Ends the process without freeing what lives: that is no part of any workload.
  let options = readOptions()
  for workload in workloads:
    if options.isList:
      echo workload.name
    elif workload.name == options.workload:
      measure(workload, options)
      quit(0)
  quit(if options.isList: 0 else: notHere)
