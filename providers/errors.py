"""Why a provider did not answer. Each class carries the decision; each error carries a sentence for people.

    ProviderError
    |-- AuthenticationFailed   key refused (401, 403)                       not retryable
    |-- RateLimited            429; `retry_after` in seconds                retryable
    |-- ContextTooLong         the conversation does not fit (400, 413)     not retryable
    |-- ModelNotFound          404                                          not retryable
    |-- ContentRefused         the provider's content policy                not retryable
    |-- UpstreamTimeout        connect, first token, gap or total deadline  retryable
    |-- UpstreamUnavailable    5xx, refused, DNS, TLS, cut off              retryable
    |-- BadResponse            not the protocol, too large                  not retryable
    `-- AddressRefused         our own address policy (aihelper.lib.net)    not retryable

Sentences are English msgids: say what happened and what to do. They never hold the upstream's body, its
address or a key, so they may be shown to anybody and logged.
"""


def gettext_noop(message: str) -> str:
    """Mark a msgid for the catalogues; this half knows no Django, the sentence is translated where it is shown."""
    return message


class ProviderError(Exception):
    """`retryable`: the same request may succeed later or elsewhere. `status`: the HTTP status, if there was one."""

    code = "provider_error"
    retryable = False
    default_sentence = gettext_noop("The model provider could not answer. Try again, or choose another model.")

    def __init__(
        self,
        sentence: str = "",
        *,
        status: int | None = None,
        retry_after: float | None = None,
        retryable: bool | None = None,
    ) -> None:
        self.sentence = sentence or self.default_sentence
        self.status = status
        self.retry_after = retry_after
        if retryable is not None:
            self.retryable = retryable
        super().__init__(self.sentence)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(code={self.code!r}, status={self.status}, sentence={self.sentence!r})"


class AuthenticationFailed(ProviderError):
    code = "authentication_failed"
    default_sentence = gettext_noop(
        "The model provider refused the API key. An administrator has to check the key of this provider."
    )


class RateLimited(ProviderError):
    code = "rate_limited"
    retryable = True
    default_sentence = gettext_noop("The model provider has too many requests right now. Wait a moment and try again.")


class ContextTooLong(ProviderError):
    code = "context_too_long"
    default_sentence = gettext_noop(
        "The conversation is too long for this model. Start a new chat, shorten the message or choose a larger model."
    )


class ModelNotFound(ProviderError):
    code = "upstream_model_not_found"
    default_sentence = gettext_noop(
        "The model provider does not know this model. Choose another one, or ask an administrator to check its name."
    )


class ContentRefused(ProviderError):
    code = "content_refused"
    default_sentence = gettext_noop("The model provider's content rules refused this message. Change it and try again.")


class UpstreamTimeout(ProviderError):
    code = "upstream_timeout"
    retryable = True
    default_sentence = gettext_noop("The model provider took too long to answer. Try again, or choose another model.")


class UpstreamUnavailable(ProviderError):
    code = "upstream_unavailable"
    retryable = True
    default_sentence = gettext_noop(
        "The model provider cannot be reached right now. Try again in a moment, or choose another model."
    )


class BadResponse(ProviderError):
    code = "bad_response"
    default_sentence = gettext_noop(
        "The model provider sent an answer that cannot be read. Try again, or ask an administrator to check it."
    )


class AddressRefused(ProviderError):
    code = "address_refused"
    default_sentence = gettext_noop(
        "The provider's address is not allowed. An administrator may allow a private one by its exact host and port."
    )
