<?php
// SPDX-License-Identifier: MIT
// The workloads of bench/ on PHP's collector. See harness.php.
declare(strict_types=1);

require __DIR__ . '/harness.php';
require __DIR__ . '/graphs.php';

$workloads = [];
foreach (['create_release', 'live', 'garbage', 'pace', 'trees', 'splay', 'loops', 'documents'] as $file) {
    array_push($workloads, ...require __DIR__ . "/$file.php");
}
main($workloads, array_slice($argv, 1));
