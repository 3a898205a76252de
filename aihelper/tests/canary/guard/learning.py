"""Where secrets are made or set: each is known from then on."""

from typing import Any

from aihelper.tests.canary.guard.guard import Guard
from aihelper.tests.canary.guard.known import SHOWN
from aihelper.tests.canary.guard.replacing import Function, everywhere, replace

SETTINGS = {
    "SECRET_KEY": "secret key",
    "JWT_KEY": "JWT key",
    "FIELD_KEYS": "field key",
    "VAPID_KEY": "VAPID key",
    "METRICS_TOKEN": "metrics token",
    "FIRST_PROVIDER_KEY": "provider key",
    "FIRST_ADMIN_PASSWORD": "password",
    "EMAIL_HOST_PASSWORD": "password",
}


def learn(guard: Guard) -> None:
    """Know the settings' secrets, and hear of all that will be made."""
    from django.conf import settings

    for name in SETTINGS:
        _setting(guard, name, getattr(settings, name), last=True)
    _settings_of_tests(guard)
    _keys(guard)
    _tokens(guard)
    _people(guard)


def _setting(guard: Guard, name: str, value: object, *, last: bool = False) -> None:
    for entry in str(value or "").split(","):
        # Of a ring's key what is after its name; of the tests' sentences what is only theirs.
        guard.known.add(SETTINGS[name], entry.strip().rpartition(":")[2].rpartition(" ")[2], last=last)


def _settings_of_tests(guard: Guard) -> None:
    from django.test.signals import setting_changed

    def changed(setting: str, value: object, enter: bool, **_more: Any) -> None:
        if enter and setting in SETTINGS:
            _setting(guard, setting, value)

    setting_changed.connect(changed, weak=False)


def _keys(guard: Guard) -> None:
    """The keys of providers, at the one door by which they are sealed; what is typed into a form as well."""
    from providers import secrets, validators

    def sealed(plain: Function) -> Function:
        def encrypt(secret: str, context: str) -> str:
            guard.known.add("provider key", secret[:-SHOWN])
            envelope: str = plain(secret, context)
            guard.known.add("sealed key", envelope.rpartition(":")[2])
            return envelope

        return encrypt

    def typed(plain: Function) -> Function:
        def validate(value: str) -> None:
            guard.known.add("provider key", value[:-SHOWN])
            plain(value)

        return validate

    replace(secrets, "encrypt", sealed)
    everywhere(validators.validate_api_key, typed)


def _tokens(guard: Guard) -> None:
    """Tickets, links of invitations and for passwords, refresh tokens: what only a digest is stored of. And JWTs."""
    from accounts import tokens

    def digested(plain: Function) -> Function:
        def digest(secret: str) -> str:
            guard.known.add("token", secret)
            stored: str = plain(secret)
            guard.known.add("digest of a token", stored)
            return stored

        return digest

    def paired(plain: Function) -> Function:
        def pair(*arguments: Any) -> Any:
            made = plain(*arguments)
            for token in (made.access, made.refresh):
                guard.known.add("token", token.rpartition(".")[2])
            return made

        return pair

    everywhere(tokens.digest, digested)
    replace(tokens, "_pair", paired)


def _people(guard: Guard) -> None:
    """Passwords and their hashes, what is typed where stars are shown, and the keys of browsers' sessions."""
    from django import forms
    from django.contrib.auth import hashers
    from django.contrib.sessions.backends.base import SessionBase

    def hashed(plain: Function) -> Function:
        def make_password(password: Any, *arguments: Any, **more: Any) -> str:
            stored: str = plain(password, *arguments, **more)
            if isinstance(password, str):
                guard.known.add("password", password)
                guard.known.add("hash of a password", stored.rpartition("$")[2])
            return stored

        return make_password

    def opened(plain: Function) -> Function:
        def new_key(session: SessionBase) -> str:
            key: str = plain(session)
            guard.known.add("key of a session", key)
            return key

        return new_key

    def starred(plain: Function) -> Function:
        def value(*arguments: Any) -> Any:
            typed = plain(*arguments)
            if isinstance(typed, str):
                guard.known.add("password", typed)
            return typed

        return value

    replace(forms.PasswordInput, "value_from_datadict", starred)
    everywhere(hashers.make_password, hashed)
    replace(SessionBase, "_get_new_session_key", opened)
