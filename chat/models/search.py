"""The full-text index of messages."""

from django.db import models

from aihelper.lib.fulltext import FullTextIndex


class SearchEntry(models.Model):
    """A message as the search finds it: its words as tokens (chat.search.words), and what results are grouped by.

    Written by chat.engine.indexer for each message that is final and not `indexed`; goes with its message. The copies
    of the message's columns spare a search the messages' rows with their long texts.
    """

    message = models.OneToOneField("chat.Message", models.CASCADE, primary_key=True, related_name="+")
    user_id = models.BigIntegerField()
    session_id = models.BigIntegerField()
    create_time = models.DateTimeField()
    tokens = models.TextField()

    class Meta:
        db_table = "chat_search_entries"
        indexes = (FullTextIndex(fields=("tokens",), name="search_tokens"),)

    def __str__(self) -> str:
        return str(self.message_id)
