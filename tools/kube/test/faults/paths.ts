import { set } from "../mutate.ts";

export const pod = "spec/template/spec";
export const app = `${pod}/containers/0`;
export const notes = "spec/template/metadata/annotations";
export const backend = (path: string, value: Parameters<typeof set>[3]) =>
  set("Deployment", "todo-backend", path, value);
