import type { ServiceContext } from "@tend/service-kit";

export type Context = ServiceContext;
