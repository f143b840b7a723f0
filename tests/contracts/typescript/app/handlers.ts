// Serves a function for each event, which tells what it got: handlers.ts EVENT-SERVER
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Inngest, type EventType } from "inngest";
import { serve } from "inngest/node";

import * as platform from "../platform-events.ts";

const client = new Inngest({
  id: "handlers",
  isDev: true,
  baseUrl: process.argv[2] ?? "",
  checkpointing: false, // the double of a server does without
});
const types = Object.values(platform).filter(
  (value) => typeof value === "object" && "create" in value,
) as unknown as EventType<string, undefined>[];
const functions = types.map((type) =>
  client.createFunction(
    { id: type.name.replace(/\W/g, "-"), triggers: [type], retries: 0 },
    ({ event }) => ({ name: event.name, data: event.data as Record<string, unknown> }),
  ),
);
const server = createServer(serve({ client, functions }));
server.listen(0, "127.0.0.1", () => {
  console.log((server.address() as AddressInfo).port);
});
