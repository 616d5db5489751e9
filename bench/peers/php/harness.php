<?php
// SPDX-License-Identifier: MIT
// What every workload does the same way in PHP: the command line, the rounds, the clock, the random numbers and the lines that are printed.
// ../../README.md is the contract.
declare(strict_types=1);

const NOT_HERE = 3;
const MASK = 0xFFFFFFFF;

final class Random
{
    private int $state;

    public function __construct(int $seed)
    {
        $this->state = (($seed & MASK) * 2654435769 & MASK) ?: 1;
    }

    public function below(int $limit): int
    {
        return ($this->next() * $limit) >> 32;
    }

    public function next(): int
    {
        $state = $this->state;
        $state ^= ($state << 13) & MASK;
        $state ^= $state >> 17;
        $state ^= ($state << 5) & MASK;
        return $this->state = $state;
    }
}

/** The workload that runs: what its functions read, and what they leave. */
final class Bench
{
    public int $units;
    public int $check = 0;
    public ?float $bytes_per_object = null;
    public Random $random;

    public function __construct(public int $n, public int $variant, public bool $is_automatic, private int $seed)
    {
        $this->restart();
    }

    public function restart(): void
    {
        $this->units = $this->n;
        $this->random = new Random($this->seed);
    }
}

/** `run` alone is timed; `open` comes once, before the first round. Paced: automatic collection is on, unless --automatic off says
 *  otherwise. */
final class Workload
{
    public function __construct(
        public string $name,
        public int $n,
        public Closure $run,
        public ?Closure $open = null,
        public ?Closure $prepare = null,
        public ?Closure $finish = null,
        public int $variant = 0,
        public bool $is_paced = false,
    ) {
    }
}

function fail(string $message): never
{
    fwrite(STDERR, $message . "\n");
    exit(1);
}

function resident_bytes(): int
{
    return 4096 * (int) explode(' ', file_get_contents('/proc/self/statm'))[1];
}

/** [nanoseconds of this process, page faults] so far. */
function used(): array
{
    $usage = getrusage();
    $microseconds = $usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec'];
    $seconds = $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec'];
    return [1e9 * $seconds + 1e3 * $microseconds, $usage['ru_minflt'] + $usage['ru_majflt']];
}

/** [nanoseconds a unit, page faults] */
function one_round(Workload $workload, Bench $bench): array
{
    $bench->restart();
    if ($workload->prepare) {
        ($workload->prepare)($bench);
    }
    [$start, $faults_before] = used();
    ($workload->run)($bench);
    [$end, $faults_after] = used();
    if ($workload->finish) {
        ($workload->finish)($bench);
    }
    return [($end - $start) / $bench->units, $faults_after - $faults_before];
}

function median(array $values): float
{
    sort($values);
    $count = count($values);
    return ($values[intdiv($count, 2)] + $values[intdiv($count - 1, 2)]) / 2;
}

function measure(Workload $workload, array $options): array
{
    $is_automatic = $workload->is_paced && $options['automatic'] === 'default';
    $bench = new Bench($options['n'] ?? $workload->n, $workload->variant, $is_automatic, $options['seed']);
    if (!$is_automatic) {
        gc_disable();
    }
    if ($workload->open) {
        ($workload->open)($bench);
    }
    for ($i = 0; $i < $options['warm']; $i++) {
        one_round($workload, $bench);
    }
    $rounds = $faults = [];
    $since = hrtime(true);
    while (count($rounds) < $options['rounds']) {
        [$rounds[], $faults[]] = one_round($workload, $bench);
        if ($options['seconds'] > 0 && hrtime(true) - $since > 1e9 * $options['seconds']) {
            break;
        }
    }
    $record = ['workload' => $workload->name, 'peer' => 'php', 'n' => $bench->n, 'automatic' => $is_automatic ? 'default' : 'off',
        'settings' => 'memory_limit=-1, no opcache' . ($is_automatic ? '' : ', gc_disable()'), 'ns_per_object' => median($rounds),
        'rounds' => $rounds, 'unit_count' => $bench->units, 'page_faults' => median($faults), 'check' => $bench->check];
    if ($bench->bytes_per_object !== null) {
        $record['bytes_per_object'] = round($bench->bytes_per_object, 2);
    }
    return $record;
}

function usage(): never
{
    fwrite(STDERR, "usage: main.php WORKLOAD [--n N] [--rounds R] [--warm W] [--seconds S] [--seed S] [--automatic default|off]\n"
        . "       main.php --list\n");
    exit(2);
}

function read_options(array $arguments): array
{
    $options = ['workload' => null, 'n' => null, 'rounds' => 5, 'warm' => 1, 'seconds' => 0.0, 'seed' => 1, 'automatic' => 'default',
        'list' => false];
    while ($arguments) {
        $argument = array_shift($arguments);
        if ($argument === '--list') {
            $options['list'] = true;
        } elseif ($argument === '--automatic' && in_array($arguments[0] ?? '', ['default', 'off'], true)) {
            $options['automatic'] = array_shift($arguments);
        } elseif ($argument === '--seconds' && is_numeric($arguments[0] ?? '')) {
            $options['seconds'] = (float) array_shift($arguments);
        } elseif (in_array($argument, ['--n', '--rounds', '--warm', '--seed'], true) && preg_match('/^\d+$/', $arguments[0] ?? '')) {
            $options[substr($argument, 2)] = (int) array_shift($arguments);
        } elseif ($argument[0] !== '-' && $options['workload'] === null) {
            $options['workload'] = $argument;
        } else {
            usage();
        }
    }
    if ($options['rounds'] < 1 || ($options['workload'] === null && !$options['list'])) {
        usage();
    }
    return $options;
}

function main(array $workloads, array $arguments): never
{
    $options = read_options($arguments);
    foreach ($workloads as $workload) {
        if ($options['list']) {
            echo $workload->name, "\n";
        } elseif ($workload->name === $options['workload']) {
            echo json_encode(measure($workload, $options), JSON_THROW_ON_ERROR), "\n";
            exit(0);
        }
    }
    exit($options['list'] ? 0 : NOT_HERE);
}
