"""What the tests of the pages share: reading a page, and sending a form with its token."""

from __future__ import annotations

import uuid


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def posted(client, url, data, **more):
    return client.post(url, {"token": str(uuid.uuid4()), **data}, **more)
