; What the language does. Each line is an expression, and what it is.

; Numbers: integers of 64 bits, and floats.
(+ 1 2 3) ; => 6
(+) ; => 0
(- 5) ; => -5
(- 10 1 2) ; => 7
(* 2 3 4) ; => 24
(+ 1 0.5) ; => 1.5
(/ 6 3) ; => 2
(/ 7 2) ; => 3.5
(quotient -7 2) ; => -3
(remainder -7 2) ; => -1
(modulo -7 2) ; => 1
9223372036854775807 ; => 9223372036854775807
-1.5e3 ; => -1500.0
(= 1 1 1) ; => #t
(< 1 2 2) ; => #f
(<= 1 2 2) ; => #t
(> 3 2.5) ; => #t
(>= 1 1.0) ; => #t
(eqv? 1 1.0) ; => #f
(max 3 9) ; => 9
(abs -4) ; => 4
(list (integer? 1) (integer? 1.0) (number? 1.0) (number? 'a)) ; => (#t #f #t #f)

; Names, values, functions.
(define x 10)
x ; => 10
(begin (set! x (+ x 1)) x) ; => 11
(define (twice f) (lambda (n) (f (f n))))
((twice (lambda (n) (* n n))) 3) ; => 81
((lambda all all) 1 2 3) ; => (1 2 3)
((lambda (first . rest) (list first rest)) 1 2 3) ; => (1 (2 3))
((lambda (first . rest) rest) 1) ; => ()
(define (late) (early)) (define (early) 'defined-later) (late) ; => defined-later
(define (outer) (define (odd n) (if (= n 0) #f (even (- n 1)))) (define (even n) (if (= n 0) #t (odd (- n 1)))) (even 10)) (outer) ; => #t
(let ((x 1) (y 2)) (+ x y)) ; => 3
(let ((x 1)) (let ((x 2) (y x)) (list x y))) ; => (2 1)
(let* ((x 1) (y (+ x 1))) (list x y)) ; => (1 2)
(letrec ((f (lambda (n) (if (= n 0) 'done (g n)))) (g (lambda (n) (f (- n 1))))) (f 5)) ; => done
(let loop ((i 0) (found '())) (if (= i 3) found (loop (+ i 1) (cons i found)))) ; => (2 1 0)
(define counter (let ((n 0)) (lambda () (set! n (+ n 1)) n))) (counter) (counter) ; => 2
(counter) ; => 3
(let ((lambda 5)) lambda) ; => 5
twice ; => <function twice>
car ; => <function car>
(procedure? car) ; => #t
(lambda (x) x) ; => <function lambda>
(apply + 1 2 '(3 4)) ; => 10
(apply list '()) ; => ()

; Decisions.
(if #f 1 2) ; => 2
(if '() 'true 'false) ; => true
(if 0 'true 'false) ; => true
(cond ((= 1 2) 'no) ((= 1 1) 'yes) (else 'other)) ; => yes
(cond (#f 1) (7) (else 2)) ; => 7
(cond (#f 1)) ; => #f
(and) ; => #t
(and 1 2 3) ; => 3
(and 1 #f (error "not reached")) ; => #f
(or #f #f) ; => #f
(or #f 2 (error "not reached")) ; => 2
(let ((value 1) (rest 2)) (or #f (+ value rest))) ; => 3
(when (= 1 1) 1 2) ; => 2
(unless (= 1 1) 1 2) ; => #f
(list (not #f) (not 1)) ; => (#t #f)

; Lists.
(cons 1 2) ; => (1 . 2)
'(1 2 . 3) ; => (1 2 . 3)
(list 1 "two" 'three #t 4.0) ; => (1 'two' three #t 4.0)
(append '(1) '(2 3) '() '(4)) ; => (1 2 3 4)
(append) ; => ()
(reverse '(1 2 3)) ; => (3 2 1)
(length '(1 2 3)) ; => 3
(map (lambda (n) (* n n)) '(1 2 3)) ; => (1 4 9)
(filter pair? '(1 (2) 3 (4))) ; => ((2) (4))
(fold + 0 '(1 2 3)) ; => 6
(list-ref '(a b c) 1) ; => b
(assoc "b" '(("a" . 1) ("b" . 2))) ; => ('b' . 2)
(assoc 'c '((a 1))) ; => #f
(equal? '(1 (2 "x")) (list 1 (list 2 "x"))) ; => #t
(equal? '(1 2) '(1 2 3)) ; => #f
(eq? '() '()) ; => #t
(eq? (list 1) (list 1)) ; => #f
(let ((p (list 1 2))) (set-car! p 9) (set-cdr! (cdr p) '(3)) p) ; => (9 2 3)
(let ((p (list 1 2 3))) (set-cdr! (cdr (cdr p)) p) p) ; => (1 2 3 1 2 ...)
(let ((p (list 1 2))) (set-car! p p) p) ; => (<struct pair ...> 2)
`(1 ,(+ 1 1) ,@(list 3 4) (5 ,x)) ; => (1 2 3 4 (5 11))
'(quote a) ; => (quote a)
''a ; => (quote a)
(iota 4) ; => (0 1 2 3)

; Text.
"a \"b\"\\\n" ; => 'a "b"\\\n'
(string-append "one" " " "two") ; => 'one two'
(string-append) ; => ''
(string-length "four") ; => 4
(->string '(1 "a")) ; => "(1 'a')"
(list (symbol? 'a) (symbol? "a") (symbol? #t) (string? "a") (pair? '()) (null? '())) ; => (#t #f #f #t #f #t)

; Vectors and tables are the library's lists and dictionaries, and are written as it writes them.
(define v (vector 1 2 3))
(begin (vector-set! v 0 'first) v) ; => [first, 2, 3]
(vector-ref v 2) ; => 3
(begin (vector-push! v 4) (vector-length v)) ; => 4
(vector-pop! v) ; => 4
(equal? (vector 1 2) (vector 1 2)) ; => #t
(begin (vector-set! v 1 v) v) ; => [first, [...], 3]
(define t (make-table))
(begin (table-set! t 'one 1) (table-set! t "two" 2) (table-set! t 3 'three) t) ; => {one: 1, 'two': 2, 3: three}
(list (table-ref t "two") (table-ref t 3.0) (table-ref t 'none) (table-ref t 'none 0)) ; => (2 three #f 0)
(let ((t (make-table)) (key (list 1))) (table-set! t key 'mine) (list (table-ref t key) (table-ref t (list 1)))) ; => (mine #f)
(list (vector? v) (table? t) (table? v)) ; => (#t #t #f)

; Macros, errors that are caught. What a macro is given is code; changing that while it runs is harmless.
(define code #f) (define-macro (keep form) (begin (set! code form) form))
(keep (if (begin (set-cdr! (cdr code) '()) 1) 2 3)) ; => 2
(keep (begin (set-cdr! (cdr code) '()) 1 2)) ; => 2
(begin (keep (define (cut) (set-cdr! (cdr code) '()) 1)) (cut)) ; => 1
(define-macro (swap! a b) `(let ((kept ,a)) (set! ,a ,b) (set! ,b kept)))
(let ((a 1) (b 2)) (swap! a b) (list a b)) ; => (2 1)
(try (lambda () (car 5)) (lambda (text) text)) ; => 'car: argument 1 must be a pair, and is: 5'
(try (lambda () 'fine) (lambda (text) text)) ; => fine
(try (lambda () (error "because:" 1 "two" '(3))) (lambda (text) text)) ; => 'because: 1 two (3)'

; Calls in a tail position take no stack, in every form that has one.
(let loop ((i 0)) (if (< i 300000) (loop (+ i 1)) i)) ; => 300000
(define (down n) (cond ((= n 0) 'zero) (else (and #t (or #f (let* ((m (- n 1))) (begin (when #t (apply down (list m))))))))))
(down 100000) ; => zero
(define (ping n) (if (= n 0) 'done (apply pong (list (- n 1))))) (define (pong n) (ping n)) (ping 100000) ; => done

; Deep recursion that is none of these ends in an error, not in a crash.
(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))
(deep 5000) ; => 5000
(try (lambda () (deep 10000000)) (lambda (text) text)) ; => 'too deep: calls, lists or code in each other'
(deep 5000) ; => 5000
(define (nested n) (if (= n 0) '() (list (nested (- n 1)))))
(define (nest n) (let loop ((n n) (inner '())) (if (= n 0) inner (loop (- n 1) (list inner)))))
(string-length (->string (nest 100000))) ; => 403
(try (lambda () (equal? (nest 100000) (nest 100000))) (lambda (text) text)) ; => 'too deep: calls, lists or code in each other'
(length (iota 100000)) ; => 100000
(begin (display "shown") (newline) (write "shown")) ; => 'shown'
