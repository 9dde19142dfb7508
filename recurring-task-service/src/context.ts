import type { ServiceContext } from "@tend/service-kit";
import { type Backend, createBackend } from "./backend.ts";

export type Context = ServiceContext & { backend: Backend };

export const createContext = (base: ServiceContext): Context => ({ ...base, backend: createBackend(base.dapr) });
