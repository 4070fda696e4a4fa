// Renders every formula of Markdown files with KaTeX: node katex.mjs FILE…; the first error ends it.
import { readFileSync } from "node:fs";
import katex from "katex";

let count = 0;
for (const path of process.argv.slice(2)) {
  const text = readFileSync(path, "utf8");
  const formula = /\$\$([\s\S]+?)\$\$|(?<!\\)\$([^$\n]+?)(?<!\\)\$/g;
  for (const match of text.matchAll(formula)) {
    const displayMode = match[1] !== undefined;
    try {
      katex.renderToString(match[1] ?? match[2], { throwOnError: true, displayMode, strict: "error" });
    } catch (error) {
      console.error(`${path}: ${error.message}\n${match[0]}`);
      process.exit(1);
    }
    count += 1;
  }
}
console.log(count);
