"""Words that are warned of: asked about once, recorded when the message is sent anyway."""

import pytest

from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError
from aihelper.lib.testing.asgi import Socket, signed_in
from chat.engine.supervisor import Supervisor
from chat.models import BlockedWord, Message, WordWarning
from chat.services import documents, tree
from chat.services.send import SendRequest, send
from chat.tests import make
from chat.tests.upstream import Upstream
from providers.models import ModelConfig


class TestService:
    pytestmark = pytest.mark.django_db

    @pytest.fixture(autouse=True)
    def _rude(self, db: None) -> None:
        make.offered_model()
        BlockedWord.objects.create(word="rude", action="warn")

    def test_a_message_is_held_back_until_it_is_confirmed(self, alice: User) -> None:
        with pytest.raises(AppError) as caught:
            send(alice, SendRequest("how rude", client_id="c1"))
        assert caught.value.code == "word_warning"
        assert not Message.objects.exists()
        assert not WordWarning.objects.exists()
        started = send(alice, SendRequest("how rude", client_id="c1", confirmed=True))
        warning = WordWarning.objects.get()
        assert (warning.user, warning.word, warning.message_id) == (alice, "rude", started.user_message_id)

    def test_the_same_send_again_is_recorded_once(self, alice: User) -> None:
        for _ in range(2):
            send(alice, SendRequest("how rude", client_id="c1", confirmed=True))
        assert WordWarning.objects.count() == 1

    def test_what_needs_no_warning_needs_no_question(self, alice: User) -> None:
        send(alice, SendRequest("how kind", confirmed=True))
        assert not WordWarning.objects.exists()

    def test_attachments_are_looked_at_when_they_are_sent(self, alice: User) -> None:
        document = documents.create(alice, "a.txt", "a rude text")
        request = SendRequest("read", attachments=(document.document_id,))
        with pytest.raises(AppError, match="rude"):
            send(alice, request)
        send(alice, SendRequest("read", attachments=(document.document_id,), confirmed=True))
        assert WordWarning.objects.get().word == "rude"

    def test_an_edit_is_asked_about_too(self, alice: User) -> None:
        question, _answer = make.chain(make.session(alice), ["kind", "answer"])
        with pytest.raises(AppError, match="rude"):
            tree.edit(alice, question.pk, "rude")
        started = tree.edit(alice, question.pk, "rude", confirmed=True)
        assert WordWarning.objects.get().message_id == started.user_message_id


@pytest.mark.asyncio
async def test_the_socket_asks_and_takes_the_confirmation(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User
) -> None:
    await run_db(BlockedWord.objects.create, word="rude", action="warn")
    async with Socket(headers=await signed_in(alice)) as socket:
        socket.say({"type": "send", "message": "how rude", "client_id": "c1"})
        refusal = await socket.hear("error")
        assert refusal is not None
        assert (refusal["code"], refusal["retryable"], refusal["client_id"]) == ("word_warning", False, "c1")
        socket.say({"type": "send", "message": "how rude", "client_id": "c1", "confirmed": True})
        assert await socket.hear("start") is not None
        (await upstream.call()).finish()
        assert await socket.hear("done") is not None
    assert await run_db(WordWarning.objects.count) == 1
