"""Where the two reference bots keep answers: SQLAlchemy's ORM on aiosqlite as their documentation shows it."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

LOCK_PATIENCE_SECONDS = 60


class Base(DeclarativeBase):
    """The declarative base SQLAlchemy wants."""


class Answer(Base):
    """One answer of one chat."""

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int]
    statement: Mapped[int]
    value: Mapped[str]
    answered_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))


class Answers:
    """A file of answers."""

    def __init__(self, path: str) -> None:
        # With the default of 5 s "database is locked" comes up under this load, a tap is lost and the round hangs.
        self._engine: AsyncEngine = create_async_engine(
            f"sqlite+aiosqlite:///{path}", connect_args={"timeout": LOCK_PATIENCE_SECONDS}
        )
        self._sessions: async_sessionmaker[AsyncSession] = async_sessionmaker(self._engine, expire_on_commit=False)

    async def create(self) -> None:
        """Makes the table."""
        async with self._engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    async def keep(self, chat_id: int, statement: int, value: str) -> None:
        """One insert, committed."""
        async with self._sessions() as session:
            session.add(Answer(chat_id=chat_id, statement=statement, value=value))
            await session.commit()

    async def close(self) -> None:
        """Lets go of the file."""
        await self._engine.dispose()
