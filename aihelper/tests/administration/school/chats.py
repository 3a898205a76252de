"""What people did in the chat: conversations with their answers, folders, links, files, ratings, imports."""

from datetime import timedelta
from random import Random
from typing import Any

from accounts.models import User
from aihelper.tests.administration.school.people import School, ago, change
from chat.models import (
    BlockedWord,
    ChatImport,
    Document,
    Folder,
    Generation,
    Message,
    Prompt,
    Role,
    Session,
    Share,
    WordWarning,
)
from chat.services import documents, folders, messages, own_roles, shares, word_lists
from providers.models import ModelConfig

TALKS = (
    ("光合作用与呼吸作用的区别", "光合作用和呼吸作用有什么区别？",
     "光合作用储存能量，呼吸作用释放能量。前者在叶绿体中进行，后者在线粒体中进行。"),
    ("Causes of the First World War", "Which causes of the war does our book leave out?",
     "Most school books stress alliances and leave out the railway timetables of the general staffs."),
    ("二次函数的顶点", "y = 2x² − 8x + 3 的顶点怎么求？", "配方得 y = 2(x − 2)² − 5，所以顶点是 (2, −5)。"),
    ("Feedback on my letter of motivation", "Is my first paragraph too long?",
     "Yes: it has 140 words before you say what you want. Begin with the second sentence."),
    ("《红楼梦》人物关系", "请整理四大家族的关系。", "贾、史、王、薛四家互为姻亲，一荣俱荣，一损俱损。"),
    ("Why is the sky blue", "Explain it to my little brother.", "Blue light bounces about in the air more than red."),
    ("Python 列表推导式练习", "给我三道练习题。",
     "一、求 1 到 100 中 7 的倍数；二、把单词改成大写；三、展开嵌套列表。"),
    ("French verbs with être", "List them with an example each.",
     "Aller: je suis allée au marché. Venir: il est venu."),
)  # fmt: skip
DICE = Random(22)


def fill(school: School, models: list[ModelConfig]) -> None:
    """Conversations of everybody, the more the earlier somebody stands in the list, and what belongs to them."""
    answers: list[Message] = []
    for number, person in enumerate(school.people):
        for _talk in range(3 if number < 12 else 1):
            answers.append(_talk_of(person, models, len(answers)))
    _ratings(answers)
    _things(school, answers)
    _words(school, answers)
    _content(school)


def _talk_of(person: User, models: list[ModelConfig], number: int) -> Message:
    title, question, answer = TALKS[number % len(TALKS)]
    model = models[DICE.randrange(len(models))]
    begun = ago(days=number * 0.7, hours=DICE.randrange(5), minutes=DICE.randrange(60))
    role = Role.objects.order_by("sort_order")[number % 3] if number % 2 else None
    session = Session.objects.create(
        user=person, title=title, model_id=model.model_id, role=role, last_seq=2, preview=answer[:80],
        create_time=begun, update_time=begun + timedelta(seconds=40), archived=number % 9 == 8, pinned=number % 7 == 3,
        deleted_at=ago(days=2) if number % 13 == 12 else None,
    )  # fmt: skip
    common: dict[str, Any] = {"session": session, "user": person}
    asked = Message.objects.create(**common, seq=1, role="user", content=question, create_time=begun)
    failed = number % 11 == 4
    said = Message.objects.create(
        **common, seq=2, role="assistant", parent=asked, content="" if failed else answer, model_id=model.model_id,
        provider_name=model.provider.name, status="failed" if failed else "completed", finish_reason="stop",
        error_code="rate_limited" if failed else "", prompt_tokens=212, completion_tokens=148, duration_ms=3_900,
        first_token_ms=640, create_time=begun + timedelta(seconds=2),
    )  # fmt: skip
    _run(said, model, failed=failed, number=number)
    session.current_message = said
    session.save()
    return said


def _run(said: Message, model: ModelConfig, *, failed: bool, number: int) -> None:
    name, others = model.provider.name, number % 5 == 0
    tried = [{"provider": "School server", "key": "", "code": "upstream_unavailable", "ms": 812}] if others else []
    last = {"provider": name, "key": "Budget of the school", "code": "rate_limited" if failed else "", "ms": 640}
    Generation.objects.create(
        message=said, user=said.user, state=said.status, owner=f"riverside-web:{4100 + number % 2}:9f3ab210",
        error_code=said.error_code, attempts=len(tried) + 1, tried=[*tried, last], offset=len(said.content),
        segments=[["content", len(said.content)]], create_time=said.create_time,
        heartbeat_at=said.create_time + timedelta(seconds=4), end_time=said.create_time + timedelta(seconds=4),
    )  # fmt: skip


def _ratings(answers: list[Message]) -> None:
    fine = [answer for answer in answers if answer.status == "completed" and not answer.session.deleted_at]
    for number, answer in enumerate(fine[:20]):
        given = messages.Rating(1)
        if number % 3 == 2:
            given = messages.Rating(-1, ("inaccurate", "length", "not_helpful")[number % 9 // 3], "第二步算错了。")
        messages.rate(answer.user, answer.pk, given)


def _things(school: School, answers: list[Message]) -> None:
    """Folders, files, links and imports."""
    for number, person in enumerate(school.people[:9]):
        for name in ("Homework", "生物", "Ideas")[: number % 3 + 1]:
            made = folders.create(person, name)
            Folder.objects.filter(pk=made.pk).update(create_time=ago(days=40 - number))
        Session.objects.filter(user=person, pinned=False).update(folder=Folder.objects.filter(user=person).first())
        text = "Worksheet: describe the water cycle in your own words.\n" * (6 + number * 41)
        document = documents.create(person, ("worksheet.md", "阅读材料.txt", "results.csv")[number % 3], text)
        Document.objects.filter(pk=document.pk).update(create_time=ago(days=number * 2, hours=number))
        ChatImport.objects.create(
            user=person, file_name=("conversations.json", "claude-export.zip")[number % 2],
            sources=("chatgpt", "claude", "chatgpt,open_webui")[number % 3], imported=12 + number * 7, already=number,
            left_out=number % 4, create_time=ago(days=number * 3, hours=2),
            undone_at=ago(days=1) if number == 4 else None,
        )  # fmt: skip
    open_ones = [answer for answer in answers if not answer.session.deleted_at and answer.content][:8]
    for number, answer in enumerate(open_ones):
        audience = ("members", "public", "private")[number % 3]
        link, _new = shares.share(
            answer.user, answer.session.session_id, shares.ShareChanges(audience=audience, show_name=number % 2 == 0)
        )
        Share.objects.filter(pk=link.pk).update(views=number * 9, create_time=ago(days=number * 4))


def _words(school: School, answers: list[Message]) -> None:
    word_lists.import_list("answer key\nexam paper\n替考\n代写作业\n", "block")
    word_lists.import_list("home address\n身份证号\nphone number\n", "warn")
    for word in ("idiot", "笨蛋"):
        BlockedWord.objects.create(word=word, action="mask")
    for number, answer in enumerate(answers[:5]):
        warned = WordWarning.objects.create(
            user=answer.user, word=("phone number", "身份证号")[number % 2], message_id=answer.pk
        )
        WordWarning.objects.filter(pk=warned.pk).update(create_time=ago(days=number * 3))
    change(school.root, BlockedWord.objects.get(word="exam paper"), action="warn")


def _content(school: School) -> None:
    """Roles and prompts of the school and of people."""
    teachers, *_classes = school.groups.values()
    coach = Role.objects.create(
        slug="history-coach", name="History coach", name_zh="历史老师", emoji="🏛️", sort_order=5,
        description="Asks back before it answers.", description_zh="先反问，再回答。",
        system_prompt="You are a patient history teacher. Ask one question back before you answer.",
        suggestions=["What would you ask Napoleon?", "Quiz me on the Silk Road"],
    )  # fmt: skip
    marking = Role.objects.create(
        slug="marking", name="Marking assistant", name_zh="批改助手", emoji="📝", sort_order=6
    )
    marking.groups.set([teachers])
    change(school.root, coach, system_prompt="You are a patient history teacher. Ask back once, then answer in full.")
    changes = own_roles.RoleChanges(name="My tutor", system_prompt="Be strict.")
    own_roles.create(school.pupils[0], changes)
    rows = (
        ("summary", "Summarise a text", "Summarise the following in {{number}} sentences:\n{{text}}"),
        ("批改作文", "批改作文", "请按内容、结构、语言三方面批改下面的作文：\n{{作文}}"),
        ("parents-letter", "Letter to parents", "Write a friendly letter to parents about {{event}}."),
    )
    made = [Prompt.objects.create(command=command, title=title, text=text) for command, title, text in rows]
    made[-1].groups.set([teachers])
    Prompt.objects.create(owner=school.pupils[1], command="vocabulary", title="Vocabulary", text="Ask me words.")
