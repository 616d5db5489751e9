# Each line becomes a string literal of C.
s/[\\"]/\\&/g
s/.*/"&\\n"/
