"""What the tests of the pages share: reading a page, and sending a form with its token."""

from __future__ import annotations

import io
import uuid

from docx import Document


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def posted(client, url, data, **more):
    return client.post(url, {"token": str(uuid.uuid4()), **data}, **more)


def numbered_headings(data: bytes) -> list[str]:
    """The headings of a Word file with the numbers that Word gives them by the numbering of their styles."""
    counts, labels = [0] * 3, []
    for paragraph in Document(io.BytesIO(data)).paragraphs:
        if not paragraph.style.name.startswith("Heading"):
            continue
        own, of_style = paragraph._p.pPr.numPr, paragraph.style.element.pPr.numPr
        if own is not None and own.numId.val == 0:
            labels.append(paragraph.text)
            continue
        level = of_style.ilvl.val
        counts[level] += 1
        counts[level + 1 :] = [0] * (2 - level)
        labels.append(f"{'.'.join(str(count) for count in counts[: level + 1])} {paragraph.text}")
    return labels
