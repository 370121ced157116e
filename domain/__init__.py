"""The rules of Werkstem, pure: standard library only, no clock, no input or output, no randomness of its own.

The nouns, one word per thing everywhere (code, tables, addresses, documents):

- **organisation**: a social enterprise that gives work; everything belongs to one.
- **participant**: the person who answers. Owns the answers.
- **coach**: the staff member who supports a participant at work and invites them.
- **owner**: the staff member who sees group results and the consent register, and nothing of one person.
- **staff**: a coach or an owner.
- **session**: one browser in which somebody of the staff signed in.
- **questionnaire**: the statements of one version, in their groups.
- **statement**: one short, positive sentence about now, in the first person.
- **group**: the statements about one work aspect (inner ring) or one life domain (outer ring).
- **ring**: inner (work) or outer (life).
- **kind**: what a statement is for: core, satisfaction, motivation or influence.
- **wording**: the text of one statement in one language, with a version.
- **measurement**: one time that a participant goes through the questionnaire: a **baseline** or a **follow-up**.
- **answer**: what a participant chose at one statement: 1 to 5, or the reason why not.
- **score**: the mean of the core answers of one group, when enough of them were given.
- **consent**: one decision of a participant about one **purpose**, with the exact text it was given under.
- **topic**: a group as something to talk about with the coach.
- **agreement**: what a participant and the coach wrote down together in a talk, for the two of them.
- **look**: one time that staff saw somebody's answers, in whatever way; the person can ask who did.
- **log**: what staff did, line by line, never changed; an owner reads only counts of it that tell of nobody.
- **sample**: one message that says nothing of anybody, with which staff try a channel on their own phone.
- **channel**: how we reach somebody: telegram, whatsapp or web.
- **chat**: one address on one channel.
- **invitation**: the link and the typed code with which a participant comes in, claimed once.
- **card**: an invitation on paper, in the language the coach wrote down.
- **roster**: a coach's list of people as it stands in a spreadsheet, read in and then forgotten.
- **conversation**: everything the bot remembers of where it is with one participant, as one value.
- **screen**: what the participant should see now; a function of the conversation.
- **sitting**: about twenty statements in a row.
- **moment**: all the measurements of one kind and number: all baselines, all first follow-ups.
- **window**: a stretch of time in which the answers of one moment are gathered before anything is said of many.
- **part**: a team or a location; the parts of an organisation are its one **grouping**.
- **figure**: a mean of many people as it is printed; a **publication** is all that is printed when a window closes.
- **plan**, **wave**: when measurements are due, and the measurements of one moment.
"""
