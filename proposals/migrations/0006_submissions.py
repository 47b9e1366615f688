import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0002_publications"),
        ("proposals", "0005_boards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="submission",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="submissions",
                to="organizations.organization",
                verbose_name="board",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                fields=("recommendation", "organization"), name="submitted_once_to_each_board"
            ),
        ),
    ]
