"""The one post of every account becomes a grant of the installation, for a year from now."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

# The families and duties of the posts there were.
POSTS = {
    "it": ("data", ""),
    "clerk": ("business", ""),
    "finance": ("finance", "accounting"),
    "control": ("control", ""),
    "leader": ("leader", ""),
}


def become_grants(apps, schema_editor):
    User, Grant = apps.get_model("accounts", "User"), apps.get_model("accounts", "Grant")
    now = timezone.now()
    User.objects.filter(is_active=False).update(status="closed", closed_at=now)
    for user in User.objects.filter(is_active=True, post__in=POSTS):
        family, duty = POSTS[user.post]
        Grant.objects.create(
            user=user, post=user.post, family=family, duty=duty, level="L2",
            granted_at=now, expires_on=(now + timedelta(days=365)).date(),
        )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_posts'),
    ]

    operations = [
        migrations.RunPython(become_grants, migrations.RunPython.noop),
    ]
