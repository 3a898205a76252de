"""What a User-Agent says about itself, in words that its owner recognises: "Chrome on Windows".

No more than that: versions and models are noise in a list of one's own devices, and many of them are made up by the
browsers themselves. What names no browser we know is shown by its first word, as programs introduce themselves.
"""

import re

from django.utils.translation import gettext as _

# In this order: nearly all pretend to be Chrome or Safari as well.
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("QQBrowser", "QQ Browser"),
    ("UCBrowser", "UC Browser"),
    ("MiuiBrowser", "Mi Browser"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("YaBrowser", "Yandex Browser"),
    ("Vivaldi", "Vivaldi"),
    ("OPR", "Opera"),
    ("EdgA", "Edge"),
    ("EdgiOS", "Edge"),
    ("Edg", "Edge"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome", "Chrome"),
    ("Chromium", "Chromium"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """The name of a device or program in the active language; "unknown device" for a User-Agent that says nothing."""
    browser = _first(_BROWSERS, user_agent, r"/") if user_agent.startswith(("Mozilla/", "Opera/")) else ""
    system = _first(_SYSTEMS, user_agent, "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    if browser:
        return browser
    program = None if user_agent.startswith("Mozilla/") else re.match(r"[\w.+-]{2,40}", user_agent)
    return program.group() if program else _("Unknown device")


def _first(names: tuple[tuple[str, str], ...], user_agent: str, ending: str) -> str:
    return next((name for token, name in names if f"{token}{ending}" in user_agent), "")
