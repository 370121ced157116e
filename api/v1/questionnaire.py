"""The statements, as they are asked now in one language."""

from fastapi import APIRouter

from api.access import Staff
from api.v1.desk import Desk
from api.v1.schemas import Language, StatementList, StatementOut


def add_routes(router: APIRouter, desk: Desk) -> None:
    """The route of the questionnaire."""

    @router.get("/questionnaire", summary="The statements")
    async def statements(member: Staff, language: Language = "nl") -> StatementList:
        """Every statement of the questionnaire in its newest wording."""
        wording = desk.parts.catalogues[language].wording
        return StatementList(
            items=[
                StatementOut(id=one.id, group=one.group, kind=one.kind, text=newest.text, version=newest.version)
                for one in desk.questionnaire.statements
                for newest in [wording.statement(one.id)]
            ]
        )
