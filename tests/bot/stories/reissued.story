# A code given out again: earlier answers stay out of sight until the pictures or the old chat say yes.
to-statements
face 4
reissued pin
press pin
press fish
press key
press sun
press fish
press fish
press fish
press back
reissued
press go
press back
old-chat agrees
press go
press back
