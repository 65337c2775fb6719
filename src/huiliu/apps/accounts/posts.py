"""Posts and what each may do: whatever is not written here is refused."""

from dataclasses import dataclass

PERMISSIONS: dict[str, str] = {
    "datahub.view_nights": "查看夜间批次",
    "datahub.search_person": "查询人员",
    "datahub.view_person": "查看人员",
    "fundsafety.view_clues": "查看疑点",
    "performance.view_evaluation": "查看自评",
    "performance.download_report": "下载自评报告",
    "audit.view": "查看审计",
    "accounts.view": "查看账户",
}


@dataclass(frozen=True)
class Post:
    """A post of the office; its permissions are all it may do."""

    code: str
    label: str
    permissions: frozenset[str]


def _post(code: str, label: str, *permissions: str) -> Post:
    return Post(code, label, frozenset(permissions))


POSTS: dict[str, Post] = {
    post.code: post
    for post in (
        # Whoever runs the machines sees how the nights went and who has an account, not persons.
        _post("it", "信息技术岗", "datahub.view_nights", "accounts.view"),
        _post(
            "clerk", "业务岗",
            "datahub.view_nights", "datahub.search_person", "datahub.view_person", "fundsafety.view_clues",
        ),
        _post("finance", "财务岗", "performance.view_evaluation", "performance.download_report"),
        _post(
            "control", "稽核内控岗",
            "datahub.view_nights", "datahub.search_person", "datahub.view_person", "fundsafety.view_clues",
            "performance.view_evaluation", "performance.download_report", "audit.view", "accounts.view",
        ),
        _post(
            "leader", "单位领导",
            "datahub.view_nights", "fundsafety.view_clues",
            "performance.view_evaluation", "performance.download_report",
        ),
    )
}  # fmt: skip

CHOICES = [(post.code, post.label) for post in POSTS.values()]
