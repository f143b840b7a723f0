"use client";
import { SCORING_CALCULATE, isKnownEventName } from "platform-events/names";
import { useState } from "react";

export default function Page() {
  const [name, setName] = useState(SCORING_CALCULATE);
  return (
    <label>
      {isKnownEventName(name) ? "known" : "unknown"}
      <input value={name} onChange={(event) => setName(event.target.value)} />
    </label>
  );
}
