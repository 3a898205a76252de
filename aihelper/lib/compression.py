"""Compression of answers: for the few that are large, and that nobody else can put anything into.

An answer that holds both somebody's secret and a text of an attacker's choice tells the secret by its length (BREACH).
So nothing is compressed unless it is marked here, and only what holds nothing of the request and nothing of other
people may be. Django adds up to 100 random bytes to each besides. See docs/decisions/compressed-answers.md.
"""

from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page

# For a method of a view. Event streams never pass through it: they stand outside Django.
compressed = method_decorator(gzip_page)
