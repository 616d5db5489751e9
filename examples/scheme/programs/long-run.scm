;;; long-run.scm: the other two programs, over and over, at constant memory: scheme queue.scm closures.scm long-run.scm

(define warm 30) ; rounds after which nothing may grow any more
(define rounds 150)
(define watched '(heap resident reserved objects)) ; peaks: bytes, and how many objects there were
(define slabs 131072) ; two slabs, the unit in which memory is taken: peaks differ by one or two of them

(define (round! number)
  (bank-day number 100 2)
  (closures-test))

;; The largest value that a figure has after each of some rounds; collections come by themselves.
(define (run! first last largest)
  (let loop ((number first))
    (when (< number last)
      (round! number)
      (for-each (lambda (name) (table-set! largest name (max (statistic name) (table-ref largest name 0)))) watched)
      (loop (+ number 1)))))

;; What a full collection leaves is the program itself and these figures, whatever has run.
(define (objects-left) (collect) (statistic 'objects))

(define (check! name before after most)
  (if (> after most) (error "it grows:" name before after)))

(define (measure! before after)
  (run! 0 warm before)
  (table-set! before 'objects-left (objects-left))
  (run! warm rounds after)
  (table-set! after 'objects-left (objects-left))
  (for-each (lambda (name)
              (let ((value (table-ref before name)))
                ;; How many objects there are at the end of a round depends on when the last collection was.
              (check! name value (table-ref after name) (+ value (if (eq? name 'objects) (quotient value 2) slabs)))))
            watched)
  (check! 'objects-left (table-ref before 'objects-left) (table-ref after 'objects-left)
          (+ (table-ref before 'objects-left) (+ 1 (length watched)))))

(iota 1024) ; small integers are made once, when they are first asked for: now
(measure! (make-table) (make-table))
(display "nothing grew in the last ") (display (- rounds warm)) (display " of ") (display rounds) (display " rounds\n")
