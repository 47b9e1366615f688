"""The portal's own template words: organizations, dates, Markdown, the menu."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import template
from django.template import defaulttags
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import dates
from core.addresses import address_of
from core.markdown import render_markdown

register = template.Library()
register.filter("day", dates.format_date)
register.filter("clock", dates.format_time)
register.filter("moment", dates.format_moment)
NAMES = re.compile(r"SPCG-\d+[A-Z]?|\b\d{4}-\d{2}\b|ITU-T(?: SG\d+)?", re.IGNORECASE)


class AddressNode(defaulttags.URLNode):
    """Django's own node with a memory (core.addresses)."""

    def render(self, context: Any) -> str:
        if self.asvar or self.kwargs:
            return super().render(context)
        args = tuple(arg.resolve(context) for arg in self.args)
        try:
            found = address_of(self.view_name.resolve(context), *args)
        except TypeError:  # an argument that cannot be remembered
            return super().render(context)
        return conditional_escape(found) if context.autoescape else found


@register.tag
def url(parser: Any, token: Any) -> AddressNode:
    """{% url 'name' argument %}, remembered."""
    node = defaulttags.url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)


@register.filter
def day_long(value: date | datetime | None) -> str:
    """Wednesday 25 November 2020."""
    return dates.format_date(value, weekday=True)


@register.simple_tag(takes_context=True)
def own_time(context: Any, start: datetime, end: datetime) -> SafeString:
    """The same hours by the reader's own clock: the zone of the settings, else what the browser says, where its
    script runs; nothing where that clock is Geneva's."""
    chosen = getattr(getattr(context.get("request"), "user", None), "time_zone", "")
    zone = dates.zone_named(chosen)
    if zone is None:
        return format_html(
            '<span class="meta" data-own-time data-start="{}" data-end="{}" data-words="{}" hidden></span>',
            dates.in_geneva(start).isoformat(),
            dates.in_geneva(end).isoformat(),
            _("{day}, {start} to {end} by your own clock"),
        )
    hours = dates.format_own_time(start, end, zone)
    return format_html('<span class="meta">{}</span>', hours) if hours else SafeString("")


@register.filter
def distance(value: date | datetime | None) -> str:
    """ "in 2 days", "2 days late"."""
    if value is None:
        return ""
    return dates.distance(dates.in_geneva(value).date() if isinstance(value, datetime) else value)


@register.filter
def is_past(value: date | datetime | None) -> bool:
    """Whether the day is over in Geneva."""
    if value is None:
        return False
    return (dates.in_geneva(value).date() if isinstance(value, datetime) else value) < dates.today()


@register.filter
def whole(text: Any) -> SafeString:
    """A text whose references and names with a hyphen (SPCG-47B, 2020-11, ITU-T) are never broken over two lines."""
    return SafeString(NAMES.sub(r'<span class="text-nowrap">\g<0></span>', conditional_escape(text)))


@register.filter
def marked(text: Any, beginnings: list[str]) -> SafeString:
    """A text in which every word that holds one of these beginnings is marked."""
    if not beginnings:
        return conditional_escape(text)
    words = re.compile(rf"(\w*(?:{'|'.join(map(re.escape, beginnings))})\w*)", re.IGNORECASE)
    pieces = words.split(str(text))
    return SafeString("".join(f"<mark>{escape(p)}</mark>" if n % 2 else escape(p) for n, p in enumerate(pieces)))


@register.filter
def org_class(organization: Any) -> str:
    """iso, iec or itu: the class that gives shape and colour."""
    return {"ISO": "iso", "IEC": "iec", "ITU-T": "itu"}.get(getattr(organization, "code", str(organization)), "")


@register.simple_tag
def org(organization: Any, text: str = "") -> SafeString:
    """An organization's name, or a text of its own, with its shape and colour."""
    code = getattr(organization, "code", organization) or ""
    css = org_class(organization)
    return format_html('<span class="org {}">{}</span>', css, text or code) if css else format_html("{}", text or code)


@register.simple_tag(takes_context=True)
def rich(context: dict, text: str) -> SafeString:
    """Markdown as clean HTML, its references linked as far as the reader may see them."""
    return render_markdown(text, getattr(context.get("request"), "user", None))


@register.simple_tag(takes_context=True)
def nav(context: dict, name: str, label: str) -> SafeString:
    """One entry of the menu; a room that is not there is absent."""
    try:
        url = reverse(name)
    except NoReverseMatch:
        return SafeString("")
    path = context["request"].path
    here = path == url or (url != "/" and path.startswith(url))
    current = SafeString(' aria-current="page"') if here else ""
    return format_html('<li><a href="{}"{}>{}</a></li>', url, current, label)


@register.simple_tag(takes_context=True)
def query(context: dict, **changes: Any) -> str:
    """The address's query with some values changed; used by filters and pages."""
    values = context["request"].GET.copy()
    for name, value in changes.items():
        values[name] = value
    return f"?{values.urlencode()}"
