# Typed answers and words, voice, a photo, and somebody in need.
to-statements
type 4
type ٣
type 😀
type Oui
type Evet, tamamen
type لا
type blabla
type ik weet het allemaal niet meer
voice
photo
word help
word continue
word pause
word continue
word back
type 1
word my_choices
word continue
word my_data
word continue
word language
press language-{language}
word no
