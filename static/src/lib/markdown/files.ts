/** What a piece of code is called as a file. */
import type { Info } from "@/lib/markdown/lines";

const EXTENSIONS: Record<string, string> = {
  bash: "sh", "c#": "cs", "c++": "cpp", clojure: "clj", console: "sh", csharp: "cs", dockerfile: "Dockerfile", elixir: "ex", erlang: "erl",
  fortran: "f90", fsharp: "fs", golang: "go", graphql: "graphql", haskell: "hs", javascript: "js", jsx: "jsx", julia: "jl", kotlin: "kt",
  latex: "tex", makefile: "Makefile", markdown: "md", matlab: "m", mermaid: "mmd", objectivec: "m", ocaml: "ml", perl: "pl", powershell: "ps1",
  protobuf: "proto", python: "py", python3: "py", ruby: "rb", rust: "rs", scheme: "scm", shell: "sh", typescript: "ts", vbnet: "vb",
  verilog: "v", yaml: "yml", zsh: "sh",
};

/** A name without a folder and without signs that a file system takes amiss. */
export function fileName({ language, title }: Info): string {
  const given = title.split(/[\\/]/).at(-1)!.replace(/[^\p{L}\p{N}._ -]/gu, "").replace(/^\.+/, "").trim();
  if (given) return given;
  const extension = Object.hasOwn(EXTENSIONS, language) ? EXTENSIONS[language]! : /^[a-z0-9]{1,8}$/.test(language) ? language : "txt";
  return /^[A-Z]/.test(extension) ? extension : `code.${extension}`;
}
