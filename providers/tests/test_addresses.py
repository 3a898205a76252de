import pytest

from providers import addresses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://api.example.com/v1", "https://api.example.com/v1"),
        (" HTTPS://API.Example.COM:443/v1/ ", "https://api.example.com/v1"),
        ("http://localhost:80", "http://localhost"),
        ("http://localhost:11434/v1///", "http://localhost:11434/v1"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
        ("https://api.example.com./v1", "https://api.example.com/v1"),
        ("https://bücher.example/v1", "https://xn--bcher-kva.example/v1"),
        ("https://example.com/a%20b", "https://example.com/a%20b"),
    ],
)
def test_each_address_has_one_spelling(text: str, expected: str) -> None:
    assert addresses.normalise(text) == expected
    assert addresses.normalise(expected) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "scheme"),
        ("ftp://example.com", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("example.com/v1", "scheme"),
        ("//example.com", "scheme"),
        ("https://user:pw@example.com", "extra"),
        ("https://good.example#@evil.example", "extra"),
        ("https://example.com/v1?key=1", "extra"),
        ("https://example.com\\@evil.example", "extra"),
        ("https://example.com\\evil", "characters"),
        ("https://exam ple.com", "characters"),
        ("https://example.com/\tv1", "characters"),
        ("https://example.com/\r\nHost:x", "characters"),
        ("https://", "host"),
        ("https://..", "host"),
        ("https://example..com", "host"),
        ("https://[::1", "host"),
        ("https://[fe80::1%25eth0]/v1", "host"),
        ("https://example.com:99999", "port"),
        ("https://example.com:0", "port"),
        ("https://example.com/v1/../admin", "path"),
        ("https://example.com/v1/%2e%2e/admin", "path"),
        ("https://example.com/v1//chat", "path"),
        ("https://example.com/" + "a" * 500, "length"),
    ],
)
def test_it_refuses_what_is_no_provider_address(text: str, code: str) -> None:
    with pytest.raises(addresses.InvalidAddress) as caught:
        addresses.normalise(text)
    assert caught.value.code == code


def test_the_origin_is_scheme_host_and_port() -> None:
    assert addresses.origin("https://example.com:8443/a/b") == "https://example.com:8443"
    assert addresses.origin("http://[::1]:8000") == "http://[::1]:8000"


def test_it_tells_what_is_dialled() -> None:
    assert addresses.host_and_port("https://example.com/v1") == ("example.com", 443)
    assert addresses.host_and_port("http://[::1]:8000/v1") == ("::1", 8000)
