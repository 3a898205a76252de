"""What processes count of themselves."""

from django.db import models


class ProcessNumbers(models.Model):
    """The numbers of one process, which it tells anew every few seconds (chat.engine.meters)."""

    owner = models.CharField(max_length=120, unique=True)
    numbers = models.JSONField(default=list)
    update_time = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "process_numbers"
        default_permissions = ()

    def __str__(self) -> str:
        return self.owner
