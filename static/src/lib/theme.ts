import type { TextSize, Theme } from "@/types/api";

/** "system" leaves the choice to the style sheet's media query. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme);
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  // Element Plus listens to this class; our own tokens do not need it.
  root.classList.toggle("dark", dark);
}

/** The size of a conversation's text; the style sheet knows the rest. */
export function applyTextSize(size: TextSize | undefined): void {
  document.documentElement.dataset.text = size ?? "medium";
}
