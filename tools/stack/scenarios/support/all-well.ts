import { beforeEach } from "vitest";
import { stack, until } from "./stack.ts";

// What an earlier scenario has disturbed is whole again.
beforeEach(() => until("every part is well", () => stack.isWell()));
