// The route handler of a Next.js app that handles and sends events of the platform.
import { Inngest } from "inngest";
import { serve } from "inngest/next";

import { scoringCalculate, scoringCalculated, workoutLogged } from "../../../platform-events.ts";

const inngest = new Inngest({ id: "web" });

const askForScore = inngest.createFunction(
  { id: "ask-for-score", triggers: [workoutLogged] },
  async ({ event, step }) => {
    const { member_id, gym_id } = event.data;
    await step.sendEvent(
      "ask",
      scoringCalculate.create(
        { member_id, gym_id, score: "progress", reason: "workout-logged" },
        { id: `ask:${event.id}` },
      ),
    );
    const calculated = await step.waitForEvent("wait", {
      event: scoringCalculated,
      timeout: "1h",
      match: "data.member_id",
    });
    return calculated?.data.value ?? null;
  },
);

export const { GET, POST, PUT } = serve({ client: inngest, functions: [askForScore] });
