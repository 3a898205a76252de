"""Messages with attachments are indexed anew: the search has the attachments' texts from now on."""

from typing import Any

from django.db import migrations


def forget(apps: Any, schema_editor: Any) -> None:
    message = apps.get_model("chat", "Message")
    link = message.documents.through
    message.objects.filter(pk__in=link.objects.values("message_id"), indexed=True).update(indexed=False)


class Migration(migrations.Migration):
    dependencies = [("chat", "0007_trash_index")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
