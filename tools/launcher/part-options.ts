import type { Surroundings } from "./environment.ts";
import type { RunFile } from "./run-file.ts";

/** What a part of Tend is given to start with, as a process of its own. */
export type PartOptions = {
  surroundings: Surroundings;
  runFile: RunFile;
  tell: (line: string) => void;
  reload: boolean;
  signal: AbortSignal;
  /** Tells replicas apart in the run file. */
  suffix?: string;
  /** Folder of the sources that it runs, the UI's built; default: these. */
  sources?: string;
};
