// What the theme of the administration leaves unsaid for keyboards and for people who listen to the page: icons are
// words of a font, some buttons are no buttons, and fields that look up while one types have no name.
"use strict";

// What Enter and the space bar press, which is no button to the browser.
const PRESSED = "data-pressed";
const TURNED = "a:not([href]), div, span";

function makeButton(element) {
  element.setAttribute("role", "button");
  element.setAttribute(PRESSED, "");
  element.tabIndex = 0;
}

/** The theme's own ways to press something, where only a mouse can. */
function becomeButton(element) {
  const holdsOthers = element.querySelector("a[href], button, input, select, textarea");
  if (element.matches(TURNED) && !holdsOthers && element.textContent.trim()) makeButton(element);
}

/** The sign that takes a row out of the form, or brings it back; what is around it is a label, which takes no key. */
function nameRemoval(sign) {
  makeButton(sign);
  const around = sign.closest("td.delete, label");
  sign.setAttribute("aria-label", around.dataset.label ?? around.textContent.replace(sign.textContent, "").trim());
}

/** Nobody hears "dns" before "Providers"; an icon that stands for the whole name stays. */
function hideIcon(icon) {
  if (icon.hasAttribute(PRESSED)) return;
  const holder = icon.closest("a, button, label, [role=button]");
  const words = holder?.textContent.replace(icon.textContent, "").trim();
  if (!holder || words || holder.title || holder.getAttribute("aria-label")) icon.setAttribute("aria-hidden", "true");
}

/** The label of a select, or what it is called without one. */
function labelOf(select) {
  return (select?.id && document.querySelector(`label[for="${select.id}"]`)) || null;
}

function nameOf(select) {
  return labelOf(select)?.textContent.replace("*", "").trim() || select?.getAttribute("aria-label");
}

/** A field that looks up is called like the select that it stands for, and tells what is chosen in it. */
function nameLookup(box) {
  const select = box.previousElementSibling;
  const name = nameOf(select);
  if (!name) return;
  const chosen = box.querySelector(".select2-selection__rendered");
  const label = labelOf(select);
  for (const combobox of box.querySelectorAll("[role=combobox]")) {
    if (!label || !chosen.id) {
      combobox.setAttribute("aria-label", name);
      continue;
    }
    label.id ||= `${select.id}-name`;
    combobox.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
  }
  // What is chosen is nothing to write in.
  for (const attribute of ["role", "aria-readonly"]) chosen.removeAttribute(attribute);
  if (chosen.querySelector(":scope > :not(li)") && chosen.matches("ul")) chosen.setAttribute("role", "presentation");
  box.querySelector("[role=searchbox]")?.setAttribute("aria-label", name);
}

/** What scrolls is no part of the page to be listed by name, and all of them would have the same one. */
function unname(scroller) {
  scroller.removeAttribute("role");
  scroller.removeAttribute("aria-label");
}

/** A table that is wider than the page is scrolled by the arrow keys, too. */
function letScroll(box) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
}

/** Above a column of buttons stands nothing: no heading of anything. */
function emptyHeading(heading) {
  if (!heading.textContent.trim() && !heading.querySelector("input")) heading.setAttribute("role", "presentation");
}

const WAYS = {
  "#main, body.login > #page": (main) => main.setAttribute("role", "main"),
  // The menu of the account, inside the navigation.
  "nav nav": (menu) => menu.setAttribute("role", "presentation"),
  // The page's own heading is the only one above them.
  "#changelist-filter h3": (heading) => heading.setAttribute("aria-level", "2"),
  "[x-on\\:click]": becomeButton,
  "td.delete .material-symbols-outlined, tr.form-delete label .material-symbols-outlined": nameRemoval,
  ".material-symbols-outlined": hideIcon,
  ".select2-container": nameLookup,
  "thead th": emptyHeading,
  ".admin-table, .dash-scroll": letScroll,
  ".simplebar-content-wrapper": unname,
};

function mend(root) {
  for (const [selector, way] of Object.entries(WAYS)) {
    if (root.matches(selector)) way(root);
    root.querySelectorAll(selector).forEach(way);
  }
}

document.addEventListener("keydown", (event) => {
  if (!event.target.hasAttribute?.(PRESSED) || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  event.target.click();
});

// The list that opens under a field stands at the end of the page.
document.addEventListener("focusin", ({ target }) => {
  if (!target.matches(".select2-search__field:not([aria-label])")) return;
  const name = nameOf(document.querySelector("select + .select2-container--open")?.previousElementSibling);
  if (name) target.setAttribute("aria-label", name);
});

document.addEventListener("DOMContentLoaded", () => {
  mend(document.body);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node instanceof Element) mend(node);
  }).observe(document.body, { childList: true, subtree: true });
});
