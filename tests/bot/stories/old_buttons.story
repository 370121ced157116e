# Double taps, old buttons and corrections change only what they should.
to-statements
face 4
again
face 2
again
data q1.0.5
data q9.0.5
data s1.go
data nonsense
wait 300
data q1.1.5
