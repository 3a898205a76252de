// What the theme of the administration leaves unsaid for keyboards and for people who listen to the page: icons are
// words of a font, some buttons are no buttons, and fields that look up while one types have no name.
"use strict";

const TURNED = "a:not([href]), div, span";

/** The theme's own ways to press something, where only a mouse can: they get a key. */
function becomeButton(element) {
  const holdsOthers = element.querySelector("a[href], button, input, select, textarea");
  if (!element.matches(TURNED) || holdsOthers || !element.textContent.trim()) return;
  element.setAttribute("role", "button");
  element.tabIndex = 0;
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    element.click();
  });
}

/** Nobody hears "dns" before "Providers"; an icon that stands for the whole name stays. */
function hideIcon(icon) {
  const holder = icon.closest("a, button, label, [role=button]");
  const words = holder?.textContent.replace(icon.textContent, "").trim();
  if (!holder || words || holder.title || holder.getAttribute("aria-label")) icon.setAttribute("aria-hidden", "true");
}

/** A field that looks up is called like the select that it stands for. */
function nameLookup(box) {
  const select = box.previousElementSibling;
  const label = select?.id && document.querySelector(`label[for="${select.id}"]`);
  const name = label ? label.textContent.replace("*", "").trim() : select?.getAttribute("aria-label");
  if (!name) return;
  for (const part of box.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox]")) {
    part.removeAttribute("aria-labelledby");
    part.setAttribute("aria-label", part.role === "combobox" ? `${name} ${part.textContent.trim()}`.trim() : name);
  }
  for (const list of box.querySelectorAll("ul.select2-selection__rendered")) {
    if (list.querySelector(":scope > :not(li)")) list.setAttribute("role", "presentation");
  }
}

/** What scrolls is no part of the page to be listed by name, and all of them would have the same one. */
function unname(scroller) {
  scroller.removeAttribute("role");
  scroller.removeAttribute("aria-label");
}

/** Above a column of buttons stands nothing: no heading of anything. */
function emptyHeading(heading) {
  if (!heading.textContent.trim() && !heading.querySelector("input")) heading.setAttribute("role", "presentation");
}

const WAYS = {
  "#main": (main) => main.setAttribute("role", "main"),
  // The menu of the account, inside the navigation.
  "nav nav": (menu) => menu.setAttribute("role", "presentation"),
  // The page's own heading is the only one above them.
  "#changelist-filter h3": (heading) => heading.setAttribute("aria-level", "2"),
  "[x-on\\:click]": becomeButton,
  ".material-symbols-outlined": hideIcon,
  ".select2-container": nameLookup,
  "thead th": emptyHeading,
  ".simplebar-content-wrapper": unname,
};

function mend(root) {
  for (const [selector, way] of Object.entries(WAYS)) {
    if (root.matches(selector)) way(root);
    root.querySelectorAll(selector).forEach(way);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  mend(document.body);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node instanceof Element) mend(node);
  }).observe(document.body, { childList: true, subtree: true });
});
