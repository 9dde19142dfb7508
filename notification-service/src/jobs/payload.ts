import { Id } from "@tend/contracts";
import { z } from "zod";

const Payload = z.object({ deliveryId: Id });
export const readPayload = (payload: unknown) => Payload.parse(payload).deliveryId;
