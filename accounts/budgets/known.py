"""Which models there are and which currencies they have prices in: accounts does not know, so the chat tells it.

A budget may be about others, which may come one day. But one that counts nothing because of a slip of the pen is a
limit that nobody has; so whoever saves it is told.
"""

from collections.abc import Callable, Collection

from django.utils.translation import gettext as _

from accounts.budgets.models import Budget, Unit

Names = Callable[[], Collection[str]]
_models: Names = tuple
_currencies: Names = tuple


def register(*, models: Names, currencies: Names) -> None:
    """Say who knows. To be called from AppConfig.ready."""
    global _models, _currencies
    _models, _currencies = models, currencies


def models() -> Collection[str]:
    """The ids of all models that are offered, in order. One query."""
    return _models()


def warnings(budget: Budget) -> list[str]:
    """Sentences for whoever has saved a budget that counts nothing as things are."""
    found = []
    if budget.model_id and budget.model_id not in _models():
        text = _("No model with the id “%(model)s” is offered at present: until then this budget counts nothing.")
        found.append(text % {"model": budget.model_id})
    if budget.unit == Unit.MONEY and budget.currency not in _currencies():
        text = _("No model has prices in %(currency)s at present: until then this budget counts nothing.")
        found.append(text % {"currency": budget.currency})
    return found
