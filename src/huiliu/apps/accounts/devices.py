"""What a browser calls itself, in words for the list of sessions; nothing is decided by it."""

SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("Android", "安卓"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Kylin", "麒麟"), ("UOS", "统信"), ("Linux", "Linux"),
)  # fmt: skip
# The order matters: most browsers name others too.
BROWSERS = (
    ("MicroMessenger", "微信"), ("Edg/", "Edge"), ("QQBrowser", "QQ 浏览器"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def device_of(user_agent: str) -> str:
    """`Windows · Chrome`; 未知设备 where neither is known."""
    known = [next((word for sign, word in words if sign in user_agent), "") for words in (SYSTEMS, BROWSERS)]
    return " · ".join(word for word in known if word) or "未知设备"
