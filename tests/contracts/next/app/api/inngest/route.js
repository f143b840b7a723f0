import { Inngest } from "inngest";
import { serve } from "inngest/next";
import { scoringCalculate } from "platform-events";

const client = new Inngest({ id: "web", isDev: true });
const calculate = client.createFunction(
  { id: "calculate", triggers: [scoringCalculate] },
  ({ event }) => event.data.score,
);

export const { GET, POST, PUT } = serve({ client, functions: [calculate] });
