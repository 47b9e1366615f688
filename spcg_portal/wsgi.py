"""The web server's entrance."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spcg_portal.settings")
application = get_wsgi_application()

# After the application, since the accounts can be read only once the rooms are loaded.
from spcg_portal.startup import refuse_demonstration_accounts  # noqa: E402

refuse_demonstration_accounts()
