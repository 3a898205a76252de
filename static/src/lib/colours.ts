/** The page's colours as the browser computes them: a token's own text is a rule ("light-dark(...)"), not a colour. */
export function resolveColours<T extends Record<string, string>>(tokens: T): Record<keyof T, string> {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const found = Object.entries(tokens).map(([name, token]) => {
    probe.style.color = `var(${token})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(found) as Record<keyof T, string>;
}
