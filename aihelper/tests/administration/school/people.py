"""Who is at the school: teachers, classes, parents' evenings' worth of sign-ins, and what was done with accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace

from django.contrib import admin
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit.models import AuditEntry, What
from accounts.groups.models import GroupPolicy
from accounts.holds import change as holds
from accounts.invitations import giving
from accounts.invitations.models import InvitationUse
from accounts.models import Announcement, SignIn, User
from accounts.site.models import SiteSettings

PUPILS = (
    "林晓雯", "amelia.hart", "陈子墨", "noah.fischer", "王雨桐", "isla.mackenzie", "张浩然", "luca.moretti", "刘思琪",
    "oliver.bennett", "赵一鸣", "fatima.alsayed", "周雅婷", "henry.whitfield", "黄嘉怡", "ingrid.solberg", "吴宇轩",
    "mateo.hernandez", "徐梦洁", "sophie.laurent", "孙启航", "zara.ahmed", "马小川", "wilhelmina.vanderberg",
)  # fmt: skip
TEACHERS = ("daniel.okafor", "刘海燕", "sofia.rossi", "陈建国")
GROUPS = ("Teachers 教师", "Class 9A", "高一（3）班", "Chess club 棋社")
BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile "
    "Safari/537.36",
)


@dataclass
class School:
    """Everybody, by what they are there."""

    root: User
    teachers: list[User]
    pupils: list[User]
    groups: dict[str, Group]

    @property
    def people(self) -> list[User]:
        """Who may chat."""
        return [*self.pupils[:-2], *self.teachers]


def ago(days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    """A moment of the past."""
    return timezone.now() - timedelta(days=days, hours=hours, minutes=minutes)


def fill(root: User) -> School:
    """The people, their groups, and what the administrator did with them."""
    root.username, root.email = "hannah.brooks", "hannah.brooks@riverside.example"
    root.create_time, root.last_login = ago(days=420), ago(minutes=6)
    root.save()
    SiteSettings(site_name="Riverside 河畔中学", welcome="Ask, check, and say where you have it from.").save()
    school = School(root, _add(TEACHERS, 300), _add(PUPILS, 80), {})
    school.groups = {name: Group.objects.create(name=name) for name in GROUPS}
    teachers, english, chinese, chess = school.groups.values()
    teachers.user_set.set(school.teachers)
    english.user_set.set(school.pupils[1::2])
    chinese.user_set.set(school.pupils[::2])
    chess.user_set.set(school.pupils[3:9])
    _policies(school)
    _states(school)
    _invitations(school)
    _sign_ins(school)
    _audit(school)
    _announcements(school)
    return school


def _add(names: tuple[str, ...], days: int) -> list[User]:
    password = make_password("an old chess opening 7")
    users = []
    for number, name in enumerate(names):
        email = f"{name}@riverside.example" if name.isascii() else f"s{2026000 + number}@riverside.example"
        joined = ago(days=days - number * 0.9, hours=number)
        seen = ago(days=number % 7, hours=number % 5, minutes=number * 7)
        fields = {"create_time": joined, "last_login": seen, "password": password}
        user = User(username=name, email=email, locale="en" if name.isascii() else "zh-hans", **fields)
        user.save()
        users.append(user)
    return users


def _policies(school: School) -> None:
    _teachers, english, chinese, chess = school.groups.values()
    rights = Permission.objects.filter(codename__in=("view_user", "change_user", "view_session"))
    daniel, liu = school.teachers[:2]
    for manager in (daniel, liu):
        manager.is_staff = True
        manager.save()
        manager.user_permissions.set(rights)
    notice = "Class chats may be read by the head of year when somebody asks for help."
    policy = GroupPolicy.objects.create(
        group=english, may_delete=False, retention_days=365, may_be_read=True, notice=notice
    )
    policy.managers.add(daniel)
    policy = GroupPolicy.objects.create(group=chinese, may_delete=False, retention_days=180, may_be_read=True)
    policy.managers.add(liu)
    GroupPolicy.objects.create(group=chess)


def _states(school: School) -> None:
    """Some wait, one is disabled, one has to choose a new password."""
    waiting, disabled, renewing = school.pupils[-2:], school.pupils[9], school.pupils[12]
    for user in waiting:
        user.is_approved, user.last_login = False, None
        user.save()
    disabled.is_active = False
    disabled.save()
    renewing.password_change_required = True
    renewing.save()


def _invitations(school: School) -> None:
    _teachers, english, chinese, _chess = school.groups.values()
    for_class = giving.invite(by=school.root, groups=[english], max_uses=30, days=14).invitation
    for number, user in enumerate(school.pupils[1:9:2]):
        InvitationUse.objects.create(
            invitation=for_class, user=user, username=user.username, create_time=ago(days=3, hours=number)
        )
    for_class.uses, for_class.create_time = 4, ago(days=4)
    for_class.save()
    giving.invite(by=school.teachers[1], groups=[chinese], email="head.of.music@riverside.example")
    old = giving.invite(by=school.root, groups=[], max_uses=5, days=1).invitation
    old.create_time, old.expires_at = ago(days=40), ago(days=33)
    old.save()
    gone = giving.invite(by=school.root, groups=[chinese], max_uses=3).invitation
    giving.revoke(gone, by=school.root)
    giving.password_links(school.pupils[-1:], by=school.root)


def _sign_ins(school: School) -> None:
    for number, user in enumerate([school.root, *school.people[:18]]):
        kind = "program" if number % 6 == 5 else "browser"
        SignIn.objects.create(
            user=user,
            name_hash=f"{number:064x}",
            kind=kind,
            user_agent="python-httpx/0.28.1" if kind == "program" else BROWSERS[number % len(BROWSERS)],
            address=f"203.0.113.{10 + number * 3}" if number % 4 else "2001:db8:51:7::2a",
            create_time=ago(days=number % 9, hours=number),
            last_seen=ago(hours=number * 2, minutes=3),
        )


def _audit(school: School) -> None:
    root, (daniel, liu, *_others), pupils = school.root, school.teachers, school.pupils
    lost_phone = "Phone lost on the school trip, asked for by the parents."
    done: tuple[tuple[float, User | None, What, User | None, str, str], ...] = (
        (70, None, What.IMPORTED, pupils[0], "", ""),
        (70, None, What.IMPORTED, pupils[1], "", ""),
        (31, root, What.APPROVED, pupils[5], "", ""),
        (24, root, What.DISABLED, pupils[9], "", ""),
        (21, daniel, What.SIGNED_OUT, pupils[3], "", ""),
        (20, root, What.SIGN_IN_ENDED, pupils[7], "Safari, iPhone", ""),
        (12, root, What.PASSWORD_RESET, pupils[12], "", ""),
        (9, liu, What.CHAT_READ, pupils[4], "3f1c9a52-88e0-4c1b-9d0a-5f7e2b64c810", "家长请老师了解网络欺凌的情况"),
        (5, daniel, What.LINK_GIVEN, pupils[11], "", ""),
        (2, root, What.PASSWORD_SET, pupils[13], "", ""),
        (1, root, What.SIGNED_OUT, pupils[1], "", lost_phone),
    )
    for days, actor, what, person, thing, reason in done:
        AuditEntry.objects.create(
            actor=actor,
            actor_name=actor.username if actor else "",
            person=person,
            person_name=person.username if person else "",
            what=what,
            object=thing,
            reason=reason,
            create_time=ago(days=days, hours=days % 7),
        )
    holds.hold_person(pupils[4], reason="校方调查，等待家长会谈", by=root)
    holds.hold_group(school.groups["Chess club 棋社"], reason="Dispute about the tournament, see the minutes", by=root)
    ended = holds.hold_person(pupils[6], reason="Question by the school board of 12 May", by=root)
    holds.end(ended, reason="Answered; nothing was found", by=root)


def _announcements(school: School) -> None:
    teachers, english, *_rest = school.groups.values()
    rows = (
        (
            "On Saturday from 8 to 10 the site rests for an upgrade.",
            "本周六 8 点至 10 点升级，期间无法使用。",
            "warning",
        ),
        ("Homework helpers may explain, but **not** write essays.", "作业助手可以讲解，但**不**代写作文。", "info"),
        ("New: upload worksheets as Markdown.", "", "info"),
        ("Welcome back! The summer's chats are in the archive.", "欢迎返校！暑假的对话都在归档里。", "info"),
    )
    made = [
        Announcement.objects.create(text=text, text_zh=text_zh, level=level, create_time=ago(days=30 - 8 * number))
        for number, (text, text_zh, level) in enumerate(rows)
    ]
    upgrade, homework, draft, summer = made
    upgrade.at_sign_in, upgrade.ends_at = True, ago(days=-2)
    homework.groups.set([english])
    draft.groups.set([teachers])
    draft.is_active = False
    summer.starts_at, summer.ends_at = ago(days=90), ago(days=60)
    for row in made:
        row.save()


def change(root: User, row: object, **fields: object) -> None:
    """Change a row as the administration does, so that its history has it."""
    page = admin.site._registry[type(row)]  # type: ignore[index] # a model's row
    request = HttpRequest()
    request.user, request.resolver_match = root, None
    request.session = SimpleNamespace()  # type: ignore[assignment] # nothing is signed in here
    page.remember(request, row, True)  # type: ignore[attr-defined] # of HistoryAdmin
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()  # type: ignore[attr-defined]
    page.log_change(request, row, [{"changed": {"fields": list(fields)}}])
