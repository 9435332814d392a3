// Judges pages for as long as asked: a line of JSON with a page in, a line of JSON with what is held against it out.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const config = JSON.parse(readFileSync(new URL("htmlvalidate.json", import.meta.url), "utf-8"));
const judge = new HtmlValidate(new StaticConfigLoader(config));

for await (const line of createInterface({ input: process.stdin })) {
  const report = await judge.validateString(JSON.parse(line));
  console.log(JSON.stringify(report.results.flatMap((result) => result.messages)));
}
