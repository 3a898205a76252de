"""What the browser keeps for the time without a network: the shell, and copies of chats."""

from collections.abc import Callable

from aihelper.tests.e2e.tab import Tab

# What the browser has kept: the shell in the service worker's hands, and the names of the copies.
KEPT = """async () => {
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller || !(await caches.match("/offline"))) return {};
  const request = indexedDB.open("aihelper-copies");
  const database = await new Promise((done) => { request.onsuccess = () => done(request.result); });
  if (!database.objectStoreNames.contains("copies")) { database.close(); return {}; }
  const store = database.transaction("copies").objectStore("copies");
  const keys = store.getAllKeys();
  const values = store.getAll();
  await new Promise((done) => { values.onsuccess = done; });
  database.close();
  return Object.fromEntries(keys.result.map((key, index) => [key, JSON.stringify(values.result[index])]));
}"""


def wait_until(tab: Tab, condition: Callable[[dict[str, str]], bool]) -> None:
    """Until what the browser has kept, as JSON by name, is like that."""
    tab.until(lambda: condition(tab.page.evaluate(KEPT)))


def wait_until_kept(tab: Tab, name: str, text: str = "") -> None:
    """Until a copy whose name begins so holds this text."""
    wait_until(tab, lambda kept: any(key.startswith(name) and text in copy for key, copy in kept.items()))
