;;; closures.scm: what closures are good for, and hard on a collector: nearly all that is made here lives for a moment.

;; Counters: each has a variable of its own.
(define (make-counter)
  (let ((count 0))
    (lambda () (set! count (+ count 1)) count)))
(define (counters-test)
  (let ((one (make-counter)) (other (make-counter)))
    (one) (one) (other)
    (list (one) (other))))

;; Streams: the rest of a list is a function, called when somebody asks.
(define-macro (stream head tail) `(cons ,head (lambda () ,tail)))
(define (stream-tail stream) ((cdr stream)))
(define (stream-take stream count)
  (if (= count 0) '() (cons (car stream) (stream-take (stream-tail stream) (- count 1)))))
(define (integers-from n) (stream n (integers-from (+ n 1))))
(define (stream-filter holds? s)
  (if (holds? (car s)) (stream (car s) (stream-filter holds? (stream-tail s))) (stream-filter holds? (stream-tail s))))
(define (sieve s)
  (stream (car s) (sieve (stream-filter (lambda (n) (not (= (remainder n (car s)) 0))) (stream-tail s)))))
(define (primes-test count) (stream-take (sieve (integers-from 2)) count))

;; The Y combinator: recursion without a name.
(define (Y f) ((lambda (g) (g g)) (lambda (g) (f (lambda (n) ((g g) n))))))
(define (factorial-test n)
  ((Y (lambda (factorial) (lambda (n) (if (= n 0) 1 (* n (factorial (- n 1))))))) n))

;; Numbers as functions.
(define (church n) (lambda (f) (lambda (x) (let loop ((i 0) (x x)) (if (= i n) x (loop (+ i 1) (f x)))))))
(define (church-power base power) (power base))
(define (church-test) (((church-power (church 3) (church 5)) (lambda (n) (+ n 1))) 0))

;; Queens that do not attack each other, counted by continuations: what to do next is a closure.
(define (queens-test n)
  (define (safe? row distance placed)
    (or (null? placed)
        (and (not (= (car placed) row))
             (not (= (abs (- (car placed) row)) distance))
             (safe? row (+ distance 1) (cdr placed)))))
  (define (place column placed found)
    (if (= column n) (found placed)
        (let try-row ((row 0) (count 0))
          (if (= row n) count
              (try-row (+ row 1)
                       (if (safe? row 1 placed) (+ count (place (+ column 1) (cons row placed) found)) count))))))
  (place 0 '() (lambda (placed) 1)))

;; Objects of messages, which refer to each other: a ring that no count can free.
(define (make-ring size)
  (define (make-node number next)
    (lambda (message)
      (cond ((eq? message 'number) number)
            ((eq? message 'next) next)
            ((eq? message 'next!) (lambda (n) (set! next n))))))
  (let* ((last (make-node 0 #f))
         (first (fold make-node last (iota (- size 1)))))
    ((last 'next!) first)
    first))
(define (ring-test size) ; once round, by messages
  (let ((first (make-ring size)))
    (let loop ((node (first 'next)) (count 1))
      (if (eq? node first) count (loop (node 'next) (+ count 1))))))

(define (closures-test)
  (list (counters-test) (primes-test 15) (factorial-test 20) (church-test) (queens-test 6) (ring-test 100)))

(for-each (lambda (result) (write result) (newline)) (closures-test))
