"""The kinds of ids, each with its own type, so that one cannot be taken for another. All are random text."""

from typing import NewType

OrganisationId = NewType("OrganisationId", str)
StaffId = NewType("StaffId", str)
ParticipantId = NewType("ParticipantId", str)
InvitationId = NewType("InvitationId", str)
ChatId = NewType("ChatId", str)
ConversationId = NewType("ConversationId", str)
MeasurementId = NewType("MeasurementId", str)
AgreementId = NewType("AgreementId", str)
ImportId = NewType("ImportId", str)
