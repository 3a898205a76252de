/** Answers to stream: of different kinds, as long as wanted, always the same. A token is taken for 4 characters. */
const CHARACTERS = 4;

const PROSE = `## On keeping what one has read, part NUMBER

A **notebook** is not a *store*: it is a place to think. What is copied without a thought is forgotten as fast as it was written,
and what was put into [one's own words](https://example.org/notes?page=NUMBER) comes back by itself. 写下来的东西会留下，读过的东西会溜走。

- Write little, and soon.
- Say why it matters; \`because\` is the word to look for.
  1. First the claim,
  2. then the reason.

> Nothing is as useful as a note that one finds again, years later, when it is needed.

`;

const CODE = `Here is step NUMBER, with its test:

\`\`\`python
def step_NUMBER(values: list[int], *, limit: int = NUMBER) -> dict[str, int]:
    """Count what is below the limit. Raises ValueError for an empty list."""
    if not values:
        raise ValueError("There is nothing to count.")
    found: dict[str, int] = {}
    for index, value in enumerate(values):
        if value < limit and value not in found.values():
            found[f"value-{index}"] = value * 2  # doubled, as the table wants it
    return found


def test_step_NUMBER() -> None:
    assert step_NUMBER([1, 2, 3], limit=3) == {"value-0": 2, "value-1": 4}
\`\`\`

`;

const ROW = "| NUMBER | `item-NUMBER` | a short remark about it | 1,NUMBER.50 | **yes** |\n";
const HEAD = "\n| no. | name | remark | price | there |\n|---:|---|---|---:|:---:|\n";

const MATH = `The term NUMBER follows from $a_{NUMBER} = \\frac{n!}{k!\\,(n-k)!}$ and costs $5 or $10:

$$
\\sum_{k=0}^{NUMBER} \\binom{n}{k} x^{k} y^{n-k} = \\int_0^\\infty e^{-t}\\, t^{NUMBER}\\, \\mathrm{d}t + \\sqrt{1 + \\alpha^2}
$$

`;

function repeated(piece: (number: number) => string, tokens: number): string {
  let text = "";
  for (let number = 1; text.length < tokens * CHARACTERS; number += 1) text += piece(number).replaceAll("NUMBER", String(number));
  return text.slice(0, tokens * CHARACTERS);
}

/** A list that is one block of markdown, however long; and one whose items are all within the first. */
const list = (): string => `- item NUMBER with **some** words and \`code\`\n`;
const nested = (number: number): string => `${number === 1 ? "- all of it:\n" : ""}  - item NUMBER with **some** words\n`;
const table = (number: number): string => (number % 60 === 1 ? HEAD : "") + ROW + (number % 60 === 0 ? `\nTable ${number} ends.\n\n` : "");
const mixed = (number: number): string => PROSE + (number % 4 === 0 ? CODE : "") + (number % 6 === 0 ? HEAD + ROW.repeat(8) + "\n" : "");

export const KINDS: Record<string, (tokens: number) => string> = {
  prose: (tokens) => repeated(() => PROSE, tokens),
  long: (tokens) => repeated(mixed, tokens),
  code: (tokens) => repeated(() => CODE, tokens),
  list: (tokens) => repeated(list, tokens),
  nested: (tokens) => repeated(nested, tokens),
  paragraph: (tokens) => repeated(() => "Word NUMBER follows upon word, **without** an end. ", tokens),
  table: (tokens) => repeated(table, tokens),
  math: (tokens) => repeated(() => MATH, tokens),
};
