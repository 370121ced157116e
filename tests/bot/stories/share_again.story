# Sharing is changed, taken back and renewed from 🔒 my choices.
to-statements
all 4
press go
press go
press go
press go
press go
command choices
press share
press share-money
press go
press switch-topic:social_skills
press switch-coach
press switch-coach
press yes
press share
press share-money
press go
press go
