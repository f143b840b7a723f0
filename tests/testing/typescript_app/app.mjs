// An app of the official TypeScript SDK, as a service beside one in Python.
import http from "node:http";
import { Inngest } from "inngest";
import { serve } from "inngest/node";

const inngest = new Inngest({ id: "typescript" });

const greet = inngest.createFunction(
  { id: "greet", triggers: [{ event: "platform/social.member-followed" }], concurrency: 2 },
  async ({ event, step }) => {
    const first = await step.run("first", () => 1);
    await step.sleep("nap", "1h");
    const [left, right] = await Promise.all([step.run("left", () => 2), step.run("right", () => 3)]);
    await step.sendEvent("ask", {
      name: "platform/scoring.calculate",
      data: {
        member_id: event.data.follower_id,
        gym_id: "gym_1",
        score: "progress",
        reason: "manual",
        // The context of the trace, if the event carries one.
        _trace: event.data._trace,
      },
    });
    return first + left + right;
  },
);

let attempts = 0;

const recover = inngest.createFunction(
  { id: "recover", retries: 1, triggers: [{ event: "platform/scoring.calculated" }] },
  async ({ step }) => {
    return await step.run("once", () => {
      attempts += 1;
      if (attempts === 1) throw new Error("not yet");
      return attempts;
    });
  },
);

const server = http.createServer(serve({ client: inngest, functions: [greet, recover] }));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
