import { z } from "zod";
import { ClientId, Id, Instant, line, pageOf, Version } from "./primitives.ts";

export const Colour = z.enum(["green", "blue", "orange", "red", "purple", "pink", "teal", "grey"]);
export type Colour = z.infer<typeof Colour>;

export const Project = z
  .object({
    id: Id,
    name: z.string(),
    colour: Colour,
    isInbox: z.boolean().describe("Everyone has one inbox; it cannot be deleted"),
    version: Version,
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: "Project" });
export type Project = z.infer<typeof Project>;
export const NewProject = z.strictObject({ id: ClientId.optional(), name: line(100), colour: Colour.default("grey") });
export const ProjectPatch = z.strictObject({ name: line(100).optional(), colour: Colour.optional() });
export const ProjectPage = pageOf(Project);

export const Label = z
  .object({ id: Id, name: z.string(), colour: Colour, version: Version, createdAt: Instant, updatedAt: Instant })
  .meta({ id: "Label" });
export type Label = z.infer<typeof Label>;
/** Label names are unique for an account, whatever their case. */
export const NewLabel = z.strictObject({ id: ClientId.optional(), name: line(60), colour: Colour.default("grey") });
export const LabelPatch = z.strictObject({ name: line(60).optional(), colour: Colour.optional() });
export const LabelPage = pageOf(Label);
