"""A person takes a conversation over from the bot, and hands it back."""

from datetime import datetime

from sqlalchemy import update

from agent.database import Database
from agent.delivery_tables import conversations, inbox, outbox


async def take_over(database: Database, conversation: str, operator: str, at: datetime) -> bool:
    """From here on a person answers: what the bot has not begun to send is not sent.

    A turn that runs becomes stale. False if there is no such conversation.
    """
    taking = update(conversations).where(conversations.c.id == conversation)
    unsent = update(outbox).where(
        outbox.c.conversation == conversation,
        outbox.c.state == "waiting",
        outbox.c.author != "operator",
    )
    async with database.writing() as connection:
        taken = await connection.execute(
            taking.values(
                state="taken_over",
                operator=operator,
                fence=conversations.c.fence + 1,
                lease_owner=None,
                lease_until=None,
                due_at=None,
                updated_at=at,
            )
        )
        await connection.execute(unsent.values(state="cancelled", updated_at=at))
        return bool(taken.rowcount)


async def hand_back(database: Database, conversation: str, at: datetime) -> bool:
    """The bot answers again from the next message on; what came meanwhile the person has seen."""
    giving = update(conversations).where(
        conversations.c.id == conversation, conversations.c.state == "taken_over"
    )
    seen = update(inbox).where(inbox.c.conversation == conversation, inbox.c.state == "new")
    async with database.writing() as connection:
        given = await connection.execute(
            giving.values(
                state="bot",
                operator=None,
                tries=0,
                first_unread_at=None,
                due_at=None,
                updated_at=at,
            )
        )
        if given.rowcount:
            await connection.execute(seen.values(state="done"))
        return bool(given.rowcount)
