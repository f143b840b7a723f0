// What the official parser says of each document, and what it finds in those that are valid.
import { readFileSync, writeFileSync } from "node:fs";

import { Parser } from "@asyncapi/parser";

const [, , from, to] = process.argv;
const parser = new Parser();
const answers = [];
for (const text of JSON.parse(readFileSync(from, "utf-8"))) {
  const { document, diagnostics } = await parser.parse(text);
  answers.push({
    problems: diagnostics.map(({ code, path, message }) => ({ code, path: path.join("."), message })),
    version: document?.version(),
    servers: document?.servers().all().map((server) => server.url()),
    channels: document?.channels().all().map((channel) => ({
      address: channel.address(),
      messages: channel.messages().all().map((message) => message.name()),
    })),
    operations: document?.operations().all().map((operation) => ({
      id: operation.id(),
      action: operation.action(),
      addresses: operation.channels().all().map((channel) => channel.address()),
      messages: operation.messages().all().map((message) => message.name()),
      tags: operation.tags().all().map((tag) => tag.name()),
    })),
    messages: document?.messages().all().map((message) => ({
      name: message.name(),
      title: message.title(),
      contentType: message.contentType(),
      format: message.schemaFormat(),
      fields: Object.keys(message.payload().property("data").properties()),
      isDeprecated: message.payload().property("data").deprecated(),
      examples: message.examples().all().map((example) => example.payload()),
    })),
  });
}
writeFileSync(to, JSON.stringify(answers));
