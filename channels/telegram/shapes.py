"""The part of Telegram's updates that is read; all else in them is ignored."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_TOP = 2**53


def _well_formed(value: Any) -> Any:
    """Text without lone surrogates or NUL, which no database takes."""
    if not isinstance(value, str):
        return value
    whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\x00", "")


Number = Annotated[int, Field(strict=True, ge=-_TOP, le=_TOP)]
Count = Annotated[int, Field(strict=True, ge=0, le=_TOP)]
Seconds = Annotated[int, Field(strict=True, ge=0, le=4_102_444_800)]  # up to the year 2100
Text = Annotated[str, Field(strict=True), BeforeValidator(_well_formed)]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class User(_Shape):
    """Who wrote or pressed."""

    id: Count
    is_bot: bool = False
    first_name: Text = ""
    username: Text = ""
    language_code: Text = ""


class Chat(_Shape):
    """Where."""

    id: Number
    type: Literal["private", "group", "supergroup", "channel"]


class Entity(_Shape):
    """A marked part of a text; places are counted in UTF-16 units."""

    type: Text
    offset: Count
    length: Count
    user: User | None = None


class File(_Shape):
    """Something sent along."""

    file_id: Text = ""


class Key(_Shape):
    """A button under a message."""

    text: Text = ""
    callback_data: Text = ""
    url: Text = ""


class Keyboard(_Shape):
    """The buttons under a message."""

    inline_keyboard: list[list[Key]] = []


class Quoted(_Shape):
    """The message that was replied to."""

    author: User | None = Field(None, alias="from")


class Message(_Shape):
    """A message."""

    message_id: Count
    date: Seconds
    chat: Chat
    author: User | None = Field(None, alias="from")
    text: Text = ""
    caption: Text = ""
    entities: list[Entity] = []
    caption_entities: list[Entity] = []
    reply_to_message: Quoted | None = None
    message_thread_id: Count | None = None
    is_topic_message: bool = False
    photo: list[File] = []
    reply_markup: Keyboard | None = None


class Press(_Shape):
    """A button that was pressed under a message."""

    id: Text
    author: User = Field(alias="from")
    message: Message | None = None
    data: Text = ""


class Update(_Shape):
    """One thing that happened; edits and posts in channels are not looked at."""

    update_id: Count
    message: Message | None = None
    callback_query: Press | None = None
