# The second measurement: a neutral invitation, the earlier choices, then and now in one picture.
to-statements
all 2
press go
press go
press go
press go
press go
due 2
press go
all 4
press go
press go
press go
press go
press go
due 3
press no
