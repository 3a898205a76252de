"""Which addresses may be dialled: the literal matrix and the corpus of addresses that other parsers got wrong."""

import itertools
from ipaddress import IPv4Address, ip_address

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aihelper.lib.addresses import Kind, Policy, judge, parse_entry
from aihelper.lib.outbound import AddressNotAllowed
from aihelper.lib.tests.corpus import FORBIDDEN_V4, PRIVATE_V4, URLS, spellings, wrappings

FORBIDDEN_V6 = [
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "64:ff9b:1::a00:1",
]
PRIVATE_V6 = ["::1", "fd00::1", "fc00::1", "2001:db8::1"]
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2001:4860:4860::8888"]


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_public(text: str) -> None:
    assert judge(ip_address(text)) is Kind.PUBLIC


@pytest.mark.parametrize("text", FORBIDDEN_V4 + FORBIDDEN_V6)
def test_forbidden_addresses_are_forbidden_even_when_listed(text: str) -> None:
    address = ip_address(text)
    assert judge(address) is Kind.FORBIDDEN
    with pytest.raises(AddressNotAllowed):
        Policy(frozenset({(text, 80), ("host", 80)})).check_addresses("host", 80, [address])


@pytest.mark.parametrize("text", PRIVATE_V4 + PRIVATE_V6)
def test_private_addresses_need_their_exact_port_in_the_list(text: str) -> None:
    address = ip_address(text)
    assert judge(address) is Kind.PRIVATE
    listed = Policy(frozenset({(str(address), 8000)}))
    listed.check_addresses(str(address), 8000, [address])
    for policy, port in ((Policy(), 8000), (listed, 8001), (listed, 80)):
        with pytest.raises(AddressNotAllowed):
            policy.check_addresses(str(address), port, [address])


@pytest.mark.parametrize(
    ("inner", "wrapped"), [(inner, each) for inner in PRIVATE_V4 + FORBIDDEN_V4 for each in wrappings(inner)]
)
def test_an_address_is_judged_by_what_it_carries(inner: str, wrapped: str) -> None:
    assert judge(ip_address(wrapped)) is not Kind.PUBLIC


def test_a_public_address_behind_nat64_stays_reachable() -> None:
    assert judge(ip_address("64:ff9b::8.8.8.8")) is Kind.PUBLIC
    assert judge(ip_address("::ffff:8.8.8.8")) is Kind.PUBLIC


def test_one_forbidden_answer_refuses_the_host() -> None:
    with pytest.raises(AddressNotAllowed):
        Policy().check_addresses("host", 443, [ip_address("8.8.8.8"), ip_address("127.0.0.1")])


def test_the_corpus_is_large() -> None:
    assert len(set(URLS)) >= 300


@pytest.mark.parametrize("url", sorted(set(URLS)))
def test_no_spelling_of_an_inner_address_passes(url: str) -> None:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return
    with pytest.raises(AddressNotAllowed):
        Policy().check_url(parsed)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com/v1",
        "http://models.example.org:8080/v1",
        "https://[2606:4700::1]/",
        "https://münchen.example/",
    ]
    + ["https://api.example.org./v1", "https://xn--fiqs8s/v1", "https://a_b.example/"],
)
def test_ordinary_addresses_pass(url: str) -> None:
    Policy().check_url(httpx.URL(url))


def test_the_list_matches_whole_hosts_and_ports() -> None:
    policy = Policy.of(["models.lan:8000", "10.0.0.5:8000", "[fd00::1]:8000"])
    address = [ip_address("10.0.0.9")]
    policy.check_addresses("models.lan", 8000, address)
    policy.check_addresses("MODELS.lan.", 8000, address)
    policy.check_url(httpx.URL("http://10.0.0.5:8000/v1"))
    policy.check_url(httpx.URL("http://[fd00:0::1]:8000/v1"))
    for host in ("evil-models.lan", "models.lan.evil.example", "a.models.lan", "models.la"):
        with pytest.raises(AddressNotAllowed):
            policy.check_addresses(host, 8000, address)
    for url in ("http://10.0.0.5/v1", "http://10.0.0.5:80001/v1"[:22], "http://10.0.0.50:8000/v1"):
        with pytest.raises(AddressNotAllowed):
            policy.check_url(httpx.URL(url))


@pytest.mark.parametrize(
    "entry",
    [
        "host",
        "host:",
        ":80",
        "host:0",
        "host:65536",
        "10.0.0.0/8:80",
        "http://host:80",
        "127.1:80",
        "*.lan:80",
        "a b:80",
    ]
    + ["[::1]", "[zz]:80", "0x7f000001:80", "host:80/x", ""],
)
def test_entries_that_are_not_host_and_port_allow_nothing(entry: str) -> None:
    with pytest.raises(ValueError):
        parse_entry(entry)
    assert Policy.of([entry]).allowed == frozenset()


@pytest.mark.parametrize("port", [22, 25, 3306, 6379])
def test_ports_of_other_services_have_to_be_listed(port: int) -> None:
    with pytest.raises(AddressNotAllowed):
        Policy().check_url(httpx.URL(f"http://models.example:{port}/"))
    with pytest.raises(AddressNotAllowed):
        Policy().check_addresses("x", port, [ip_address("8.8.8.8")])


def test_the_switch_leaves_only_loopback() -> None:
    policy = Policy.of(["127.0.0.1:9000", "10.0.0.5:9000", "fake.test:9000"], loopback_only=True)
    policy.check_url(httpx.URL("http://127.0.0.1:9000/"))
    policy.check_url(httpx.URL("http://fake.test:9000/"))
    for url in ("http://10.0.0.5:9000/", "https://api.openai.com/v1", "http://8.8.8.8/", "http://127.0.0.1:9001/"):
        with pytest.raises(AddressNotAllowed):
            policy.check_url(httpx.URL(url))
    with pytest.raises(AddressNotAllowed):
        policy.check_addresses("fake.test", 9000, [ip_address("8.8.8.8")])


@given(st.ip_addresses(v=4))
def test_wrapping_never_widens(address: IPv4Address) -> None:
    kinds = {judge(ip_address(wrapped)) for wrapped in wrappings(str(address))}
    if judge(address) is not Kind.PUBLIC:
        assert Kind.PUBLIC not in kinds


def test_the_system_reads_every_spelling_as_the_address_that_we_refuse() -> None:
    """A check of the corpus itself: these are real spellings, not mere noise."""
    for spelling in itertools.islice(spellings("127.0.0.1"), 4):
        assert spelling
