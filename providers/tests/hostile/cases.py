"""All hostile cases. They are read against the failures that are known; each stands in one place with its ending."""

from providers.tests.hostile import bodies, connections, protocol, statuses
from providers.tests.hostile.case import CASES, DONE, HELLO, KEY, STOP, Case, chunk, event, usage

__all__ = ["CASES", "DONE", "HELLO", "KEY", "STOP", "Case", "chunk", "event", "usage"]
# Each writes its cases into CASES when it is imported.
MODULES = (statuses, connections, protocol, bodies)
