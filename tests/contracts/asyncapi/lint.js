// What Spectral's public rules for AsyncAPI say of each document.
import { readFileSync, writeFileSync } from "node:fs";

import spectral from "@stoplight/spectral-core";
import rulesets from "@stoplight/spectral-rulesets";

const [, , from, to] = process.argv;
const linter = new spectral.Spectral();
linter.setRuleset(rulesets.asyncapi);
const answers = [];
for (const text of JSON.parse(readFileSync(from, "utf-8"))) {
  const found = await linter.run(text);
  answers.push(found.map(({ code, path, message }) => ({ code, path: path.join("."), message })));
}
writeFileSync(to, JSON.stringify(answers));
