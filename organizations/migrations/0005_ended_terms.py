"""Appointments that ended before the portal ended them by itself are done with."""

from django.db import migrations
from django.utils import timezone


def close_ended(apps, schema_editor):
    """What lies in the past is neither told to anybody nor recorded anew."""
    rows = apps.get_model("organizations", "Appointment").objects
    rows.filter(to_on__lt=timezone.localdate()).update(closed_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("organizations", "0004_invitations_and_terms")]
    operations = [migrations.RunPython(close_ended, migrations.RunPython.noop)]
