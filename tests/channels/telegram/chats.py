"""What the fake server's chats show, and the methods that change it."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.channels.telegram.ledger import Params, Refused
from tests.channels.telegram.markup import shown_text, utf16


@dataclass
class Chats:
    """`chats` holds messages by chat and number, `drafts` the drafts shown, `files` uploads."""

    chats: dict[int, dict[int, Params]] = field(default_factory=lambda: defaultdict(dict))
    drafts: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    files: dict[str, int] = field(default_factory=dict)
    forgotten_files: set[str] = field(default_factory=set)
    next_message: int = 100

    def texts(self, chat: int = 77) -> list[str]:
        """What the chat shows, in order."""
        return [
            str(message.get("text", message.get("caption", ""))) for message in self.shown(chat)
        ]

    def shown(self, chat: int = 77) -> list[Params]:
        return [self.chats[chat][number] for number in sorted(self.chats[chat])]

    def _setMyCommands(self, params: Params) -> bool:
        return True

    def _sendChatAction(self, params: Params) -> bool:
        return True

    def _answerCallbackQuery(self, params: Params) -> bool:
        return True

    def _sendMessage(self, params: Params) -> Params:
        text = self._fits(params, "text", 4096)
        return self._put(params, {"text": text})

    def _sendMessageDraft(self, params: Params) -> bool:
        if int(params["chat_id"]) < 0 or int(params["draft_id"]) == 0:
            raise Refused(400, "Bad Request: drafts are for private chats")
        self.drafts[int(params["chat_id"])].append(self._fits(params, "text", 4096))
        return True

    def _editMessageText(self, params: Params) -> Params:
        shown = self._shown(params)
        text = self._fits(params, "text", 4096)
        markup = self._markup(params)
        if shown.get("text") == text and shown.get("reply_markup") == markup:
            raise Refused(400, "Bad Request: message is not modified")
        shown |= {"text": text, "reply_markup": markup}
        return self._told(shown)

    def _editMessageReplyMarkup(self, params: Params) -> Params:
        shown = self._shown(params)
        shown["reply_markup"] = self._markup(params)
        return self._told(shown)

    def _deleteMessage(self, params: Params) -> bool:
        del self.chats[int(params["chat_id"])][self._shown(params)["message_id"]]
        return True

    def _sendPhoto(self, params: Params) -> Params:
        caption = self._fits(params, "caption", 1024) if params.get("caption") else ""
        return self._put(
            params, {"caption": caption, "photo": [self._photo(params["photo"], params)]}
        )

    def _sendMediaGroup(self, params: Params) -> list[Params]:
        media = json.loads(params["media"])
        if not 2 <= len(media) <= 10:
            raise Refused(400, "Bad Request: an album has 2 to 10 items")
        found = []
        for item in media:
            caption = self._fits(item, "caption", 1024) if item.get("caption") else ""
            found.append({"caption": caption, "photo": [self._photo(item["media"], params)]})
        return [self._put(params, one) for one in found]

    def _photo(self, media: str, params: Params) -> Params:
        attached = isinstance(media, str) and media.startswith("attach://")
        content = params.get(media.removeprefix("attach://")) if attached else media
        if isinstance(content, bytes):
            media = f"file-{len(self.files)}"
            self.files[media] = len(content)
        elif media not in self.files or media in self.forgotten_files:
            raise Refused(
                400, "Bad Request: wrong remote file identifier specified: Wrong string length"
            )
        return {"file_id": media, "file_unique_id": media, "width": 9, "height": 9}

    def _fits(self, params: Params, name: str, limit: int) -> str:
        text = shown_text(params.get(name, ""), params.get("parse_mode")).strip()
        if not text:
            raise Refused(400, "Bad Request: message text is empty")
        if utf16(text) > limit:
            raise Refused(400, f"Bad Request: {name} is too long")
        return text

    def _markup(self, params: Params) -> Params | None:
        if not params.get("reply_markup"):
            return None
        markup: Params = json.loads(params["reply_markup"])
        for row in markup["inline_keyboard"]:
            for key in row:
                if len(key.get("callback_data", "").encode()) > 64:
                    raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
                if "url" in key and "." not in (urlsplit(key["url"]).hostname or ""):
                    raise Refused(400, "Bad Request: inline keyboard button URL is invalid")
        return markup if markup["inline_keyboard"] else None

    def _put(self, params: Params, content: Params) -> Params:
        self.next_message += 1
        chat = int(params["chat_id"])
        shown = {
            "message_id": self.next_message,
            "chat_id": chat,
            "reply_markup": self._markup(params),
            "answers": json.loads(params.get("reply_parameters", "{}")).get("message_id"),
            "topic": params.get("message_thread_id"),
            **content,
        }
        self.chats[chat][self.next_message] = shown
        return self._told(shown)

    def _shown(self, params: Params) -> Params:
        found = self.chats[int(params["chat_id"])].get(int(params["message_id"]))
        if found is None:
            raise Refused(400, "Bad Request: message to edit not found")
        return found

    def _told(self, shown: Params) -> Params:
        kind = "private" if shown["chat_id"] > 0 else "supergroup"
        told = {
            "message_id": shown["message_id"],
            "date": 1_790_000_000,
            "chat": {"id": shown["chat_id"], "type": kind},
        }
        return told | {key: shown[key] for key in ("text", "photo") if key in shown}
