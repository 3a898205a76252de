import pytest
from django.utils import translation

from accounts.devices import device_of

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}", "Chrome on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Edg/142.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/18.5 Safari/605.1.15", "Safari on macOS"),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {WEBKIT} CriOS/142.0 Safari/604.1",
            "Chrome on iPhone",
        ),
        (f"Mozilla/5.0 (Linux; Android 14; K) {CHROME} SamsungBrowser/28.0", "Samsung Internet on Android"),
        (f"Mozilla/5.0 (Linux; Android 14; V2309A) {CHROME} MicroMessenger/8.0.60", "WeChat on Android"),
        (FIREFOX, "Firefox on Linux"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("python-requests/2.32.3", "python-requests/2.32.3"),
        ("Mozilla/5.0 (compatible; Something)", "Unknown device"),
        ("", "Unknown device"),
        ("<script>", "Unknown device"),
    ],
)
def test_device(user_agent: str, device: str) -> None:
    with translation.override("en"):
        assert device_of(user_agent) == device.split("/")[0]


def test_in_chinese() -> None:
    with translation.override("zh-hans"):
        assert device_of(FIREFOX) == "Linux 上的 Firefox"
        assert device_of("") == "未知设备"
