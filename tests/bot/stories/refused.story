# Somebody says no, and is welcome later.
press language-{language}
press go
press go
press go
press no
type hallo
word start
press yes
press no
press no
press no
press skip
