# From the invitation to the own web, the talk list and sharing.
press language-{language}
press go
press go
press go
press yes        # take part
press yes        # the coach
press no         # the group
press yes        # messages
press fish       # the picture-PIN, three pictures twice
press sun
press key
press fish
press sun
press key
face 5           # practice, plainly true
face 5           # practice, plainly false: another face is offered
face 1
face 4
face 2
double 3
press u          # I don't understand: explained, then recorded
press u!
press c
press back
face 5
all 3
press go         # the own web
press form
press form
press go
press go
press talk-money
press hide-social_skills
press go
press share-money
press share-mental_health
press go
came
command web
press go
press go
