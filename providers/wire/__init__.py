"""The wire under every dialect: decoding, deadlines, failures, retries. It knows neither Django nor a vendor."""

from aihelper.lib.outbound import Timeouts

__all__ = ["Timeouts"]
