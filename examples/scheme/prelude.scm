;;; prelude.scm: what of the language is written in the language.

(set-macro! 'define-macro
  (lambda (target . body)
    (cons 'set-macro! (cons (cons 'quote (cons (car target) '())) (cons (cons 'lambda (cons (cdr target) body)) '())))))

(define (list . elements) elements)
(define (cadr list) (car (cdr list)))
(define (not value) (if value #f #t))

;; Lists.
(define (fold f start list) (if (null? list) start (fold f (f (car list) start) (cdr list))))
(define (reverse list) (fold cons '() list))
(define (length list) (fold (lambda (element count) (+ count 1)) 0 list))
(define (append . lists)
  (if (null? lists) '()
      ((lambda (backwards)
         (fold (lambda (list behind) (fold cons behind (reverse list))) (car backwards) (cdr backwards)))
       (reverse lists))))
(define (map f list) (reverse (fold (lambda (element done) (cons (f element) done)) '() list)))
(define (for-each f list) (fold (lambda (element last) (f element)) #f list))
(define (list-ref list index) (if (= index 0) (car list) (list-ref (cdr list) (- index 1))))

;; Macros.
(define-macro (and . tests)
  (if (null? tests) #t (if (null? (cdr tests)) (car tests) (list 'if (car tests) (cons 'and (cdr tests)) #f))))

(define-macro (or . tests) ; what is left is run where a variable of this macro cannot be seen
  (if (null? tests) #f
      (if (null? (cdr tests)) (car tests)
          (list '(lambda (value rest) (if value value (rest))) (car tests) (list 'lambda '() (cons 'or (cdr tests)))))))

(define-macro (quasiquote form)
  (if (not (pair? form)) (list 'quote form)
      (if (eq? (car form) 'unquote) (cadr form)
          (if (and (pair? (car form)) (eq? (car (car form)) 'unquote-splicing))
              (list 'append (cadr (car form)) (list 'quasiquote (cdr form)))
              (list 'cons (list 'quasiquote (car form)) (list 'quasiquote (cdr form)))))))

(define-macro (let names . body) ; names: of the loop, or with their values
  (if (symbol? names)
      `((let () (define (,names ,@(map car (car body))) ,@(cdr body)) ,names) ,@(map cadr (car body)))
      `((lambda ,(map car names) ,@body) ,@(map cadr names))))
(define-macro (let* names . body)
  (if (null? names) `(let () ,@body) `(let (,(car names)) (let* ,(cdr names) ,@body))))
(define-macro (letrec names . body)
  `(let () ,@(map (lambda (name) (cons 'define name)) names) (let () ,@body)))
(define-macro (when test . body) `(if ,test (begin ,@body)))
(define-macro (unless test . body) `(if ,test #f (begin ,@body)))
(define-macro (cond . clauses)
  (if (null? clauses) #f
      (let ((test (car (car clauses))) (body (cdr (car clauses))) (rest `(cond ,@(cdr clauses))))
        (if (eq? test 'else) `(begin ,@body)
            (if (null? body) `(or ,test ,rest) `(if ,test (begin ,@body) ,rest))))))

;; What programs call.
(define (apply f . arguments)
  (let ((backwards (reverse arguments)))
    (apply-list f (fold cons (car backwards) (cdr backwards)))))
(define (error text . values) (fail (fold (lambda (value text) (string-append text " " (->string value))) text values)))
(define (equal? a b)
  (if (and (pair? a) (pair? b))
      (and (equal? (car a) (car b)) (equal? (cdr a) (cdr b)))
      (eqv? a b)))
(define (assoc key entries)
  (cond ((null? entries) #f) ((equal? key (car (car entries))) (car entries)) (else (assoc key (cdr entries)))))
(define (filter holds? list) (reverse (fold (lambda (element done) (if (holds? element) (cons element done) done)) '() list)))
(define (iota count) (let loop ((i (- count 1)) (list '())) (if (< i 0) list (loop (- i 1) (cons i list)))))
(define (newline) (display "\n"))
(define (string-append . strings) (fold (lambda (string done) (string-concat done string)) "" strings))
(define (/ a b) (if (and (integer? a) (integer? b) (= (remainder a b) 0)) (quotient a b) (divide a b)))
(define (abs n) (if (< n 0) (- n) n))
(define (max a b) (if (> a b) a b))
