"""Who may open what, written down by hand: every address of the product, every API operation, every post.

A new address is one line here; a walker in test_matrix.py fails until it is.
"""

POSTS = (
    "it", "clerk", "checker", "finance", "cashier", "control", "leader", "sysadmin", "secadmin", "auditor",
)  # fmt: skip
NOBODY: frozenset[str] = frozenset()
EVERYBODY = frozenset(POSTS)
PERSONS = frozenset({"clerk", "checker", "control"})
REPORT = frozenset({"finance", "cashier", "control", "leader"})

# permission → the posts that have it
WHO: dict[str, frozenset[str]] = {
    "signed-in": EVERYBODY,
    "datahub.view_nights": PERSONS | {"it", "leader"},
    "datahub.search_person": PERSONS,
    "datahub.view_person": PERSONS,
    "datahub.view_full": PERSONS,
    "fundsafety.view_clues": PERSONS | {"leader"},
    "performance.view_evaluation": REPORT,
    "performance.download_report": REPORT,
    "audit.view": frozenset({"auditor"}),
    "audit.export": frozenset({"auditor"}),
    "audit.view_retention": frozenset({"control", "auditor"}),
    "audit.hold": frozenset({"control"}),
    "accounts.view": frozenset({"sysadmin", "secadmin", "control"}),
    "accounts.manage": frozenset({"sysadmin"}),
    "accounts.unlock": frozenset({"secadmin"}),
    "accounts.view_sessions": frozenset({"secadmin"}),
    "accounts.end_session": frozenset({"secadmin"}),
    "accounts.totp_reset": frozenset({"secadmin"}),
    "accounts.set_networks": frozenset({"secadmin"}),
    "accounts.own_api_key": frozenset({"clerk", "it"}),
    "accounts.view_api_keys": frozenset({"secadmin"}),
    "control.view_ledger": frozenset({"control", "secadmin", "leader"}),
    "control.export_ledger": frozenset({"control", "secadmin"}),
    "control.review": frozenset({"control"}),
    "control.revoke": frozenset({"secadmin"}),
    "control.plan_posts": frozenset({"control", "secadmin", "sysadmin"}),
    "control.view_requests": frozenset({"control", "secadmin", "leader"}),
}

# URL name → access; "public" opens without signing in
PAGES: dict[str, str] = {
    "workbench": "signed-in",
    "healthz": "public",
    "accounts:login": "public",
    "accounts:logout": "signed-in",
    "accounts:password": "signed-in",
    "accounts:code": "public",  # without a password given before it leads back to the login page
    "accounts:totp": "signed-in",
    "accounts:my_sessions": "signed-in",
    "accounts:my_session_end": "signed-in",
    "accounts:my_keys": "accounts.own_api_key",
    "accounts:my_key_revoke": "accounts.own_api_key",
    "accounts:user_list": "accounts.view",
    "accounts:sign_in_list": "accounts.unlock",
    "accounts:account_unlock": "accounts.unlock",
    "accounts:totp_reset": "accounts.totp_reset",
    "accounts:networks": "accounts.set_networks",
    "accounts:session_list": "accounts.view_sessions",
    "accounts:session_end": "accounts.end_session",
    "accounts:key_list": "accounts.view_api_keys",
    "accounts:key_revoke": "accounts.view_api_keys",
    "audit:event_list": "audit.view",
    "audit:event_detail": "audit.view",
    "audit:event_export": "audit.export",
    "audit:same_object": "audit.view",
    "audit:compare": "audit.view",
    "audit:retention": "audit.view_retention",
    "audit:hold_place": "audit.hold",
    "audit:hold_release": "audit.hold",
    "control:purpose_end": "signed-in",
    "control:request_list": "signed-in",
    "control:request_mine": "signed-in",
    "control:request_all": "control.view_requests",
    "control:post_ask": "signed-in",
    "control:post_first": "accounts.manage",
    "control:password_ask": "accounts.manage",
    "control:request_detail": "signed-in",
    "control:request_decide": "signed-in",
    "control:request_resubmit": "signed-in",
    "control:request_withdraw": "signed-in",
    "control:ledger": "control.view_ledger",
    "control:ledger_export": "control.export_ledger",
    "control:grant_revoke": "control.revoke",
    "control:review_list": "control.review",
    "control:review": "control.review",
    "control:delegation_list": "signed-in",
    "control:delegation_end": "signed-in",
    "control:account_new": "accounts.manage",
    "control:leaver": "accounts.manage",
    "control:unit_list": "accounts.view",
    "control:unit_new": "accounts.manage",
    "control:plan": "control.plan_posts",
    "control:plan_proposal": "control.plan_posts",
    "control:plan_seats": "control.plan_posts",
    "control:plan_confirm": "control.plan_posts",
    "datahub:night_list": "datahub.view_nights",
    "datahub:night_detail": "datahub.view_nights",
    "datahub:person_search": "datahub.search_person",
    "datahub:person_detail": "datahub.view_person",
    "datahub:person_full": "datahub.view_full",
    "fundsafety:clue_list": "fundsafety.view_clues",
    "fundsafety:clue_detail": "fundsafety.view_clues",
    "performance:evaluation_list": "performance.view_evaluation",
    "performance:evaluation_detail": "performance.view_evaluation",
    "performance:report_detail": "performance.view_evaluation",
    "performance:figure_detail": "performance.view_evaluation",
    "performance:document": "performance.download_report",
    "api:openapi-json": "signed-in",
    "api:openapi-view": "signed-in",
    "api:api-root": "public",  # answers 404: it only fixes the prefix for reverse()
    "admin:index": "signed-in",
    "admin:login": "signed-in",
    "admin:logout": "signed-in",
    "admin:password_change": "signed-in",
}

# (method, path below /api/v1/) → permission
OPERATIONS: dict[tuple[str, str], str] = {
    ("GET", "nights"): "datahub.view_nights",
    ("GET", "nights/{key}"): "datahub.view_nights",
    ("POST", "persons/search"): "datahub.search_person",
    ("GET", "persons/{key}"): "datahub.view_person",
    ("POST", "persons/{key}/full"): "datahub.view_full",
    ("GET", "clues"): "fundsafety.view_clues",
    ("GET", "evaluations"): "performance.view_evaluation",
    ("GET", "evaluations/{name}"): "performance.view_evaluation",
}

# What stands in an address where it has parts; nothing has this key, so an allowed page answers 404.
PARTS = {
    "key": "0" * 16,
    "seq": 10**15,
    "hold_id": 10**15,
    "number": 0,
    "name": "no-such-project",
    "figure_id": "none",
    "file_format": "pdf",
}
