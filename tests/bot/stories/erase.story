# Everything goes, after two questions.
to-statements
face 4
word delete
press no
command delete
press yes
press no
command delete
press yes
press yes
