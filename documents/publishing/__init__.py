"""The publishing engine: one structured content, rendered to HTML, DOCX and PDF.

Compose a `Content` out of blocks (`documents.publishing.content`) and a cover
(`documents.publishing.covers`), and `render` it. Whatever the format, the numbers,
the words and the fingerprint are the same.
"""
