"""How Unfold's skin is dressed: names, colours, navigation."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

NEUTRAL = {
    "50": "#f7f9fb",
    "100": "#eef2f6",
    "200": "#dde4ec",
    "300": "#c3ced9",
    "400": "#94a3b4",
    "500": "#64748a",
    "600": "#475569",
    "700": "#344256",
    "800": "#1f2b3b",
    "900": "#141d2a",
    "950": "#0b121b",
}
# One deep blue; 600 on white has contrast 8.4, 400 on 900 has 6.5.
BLUE = {
    "50": "#eef4fb",
    "100": "#d9e6f5",
    "200": "#b5cdea",
    "300": "#86acd9",
    "400": "#6b9fdc",
    "500": "#3f78bd",
    "600": "#1d4f91",
    "700": "#184278",
    "800": "#153763",
    "900": "#122c4e",
    "950": "#0b1b31",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "回流",
    "SITE_HEADER": "回流",
    "SITE_SUBHEADER": "数据回流与绩效",
    "SITE_SYMBOL": "database",
    "SITE_URL": "",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("huiliu/favicon.svg")},
    ],
    "STYLES": [lambda _request: static("huiliu/huiliu.css")],
    "SCRIPTS": [lambda _request: static("huiliu/huiliu.js"), lambda _request: static("huiliu/tables.js")],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {"base": NEUTRAL, "primary": BLUE},
    "ACCOUNT": {
        "navigation": [
            {"title": "修改口令", "link": reverse_lazy("accounts:password")},
            {"title": "动态口令", "link": reverse_lazy("accounts:totp")},
            {"title": "我的会话", "link": reverse_lazy("accounts:my_sessions")},
        ]
    },
    "SIDEBAR": {"show_search": False, "navigation": "huiliu.config.navigation.sidebar"},
}
