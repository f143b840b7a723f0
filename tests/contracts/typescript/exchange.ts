// Says what TypeScript thinks of the examples of a file, and sends some: exchange.ts IN OUT SERVER
import { readFile, writeFile } from "node:fs/promises";

import { Inngest, type StandardSchemaV1 } from "inngest";

import { uncommon } from "./odd.ts";
import * as platform from "./platform-events.ts";

interface Example {
  name: string;
  data: Record<string, unknown>;
}
interface Questions {
  examples: Example[];
  names: unknown[];
  patterns: { pattern: string; text: string }[];
  sent: Example[];
}
interface AnyEventType {
  name: string;
  schema: StandardSchemaV1;
  create(data: Record<string, unknown>, options: { id: string }): {
    name: string;
    data: Record<string, unknown>;
    validate(): Promise<void>;
  };
}

const [input, output, server] = process.argv.slice(2) as [string, string, string];
const questions = JSON.parse(await readFile(input, "utf-8")) as Questions;
const types = new Map(
  Object.values(platform)
    .filter((value) => typeof value === "object" && "create" in value)
    .map((type) => [type.name as string, type as unknown as AnyEventType]),
);
const all = new Map([...types, [uncommon.name, uncommon as unknown as AnyEventType]]);
const client = new Inngest({ id: "exchange", isDev: true, baseUrl: server });

function typeOf(name: string): AnyEventType {
  const type = all.get(name);
  if (type === undefined) throw new Error(`no event type is named ${name}`);
  return type;
}

async function judge({ name, data }: Example) {
  const type = typeOf(name);
  let refusal: string | null = null;
  try {
    await type.create(data, { id: "a" }).validate();
  } catch (error) {
    refusal = String(error);
  }
  const received = await type.schema["~standard"].validate(data);
  const problem = received.issues?.map(({ path, message }) => `${path?.join(".")}: ${message}`);
  return { sends: refusal === null, reads: received.issues === undefined, refusal, problem };
}

function judgeName(name: unknown) {
  try {
    const { category, action } = platform.parseEventName(name);
    return { is: platform.isEventName(name), category, action };
  } catch (error) {
    const { rule, position } = error as platform.InvalidEventNameError;
    return { is: platform.isEventName(name), rule, position };
  }
}

for (const { name, data } of questions.sent) {
  await client.send(typeOf(name).create(data, { id: `sent:${name}` }));
}
await writeFile(
  output,
  JSON.stringify({
    examples: await Promise.all(questions.examples.map(judge)),
    names: questions.names.map(judgeName),
    known: questions.names.map(platform.isKnownEventName),
    patterns: questions.patterns.map(({ pattern, text }) => new RegExp(pattern, "u").test(text)),
    types: [...types.keys()],
    constants: platform.EVENT_NAMES,
  }),
);
