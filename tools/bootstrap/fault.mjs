/** Something the person at the keyboard can mend: shown as its one sentence, never with a stack. */
export class Fault extends Error {}

/** @param {unknown} error */
export function tell(error) {
  const fault = error instanceof Fault ? error : (explain(error) ?? error);
  process.stderr.write(
    fault instanceof Fault ? `${fault.message}\n` : `${fault instanceof Error ? fault.stack : fault}\n`,
  );
}

/**
 * What the operating system refused, or an option that there is not, said for people; undefined when it is none of the usual things.
 * @param {unknown} error
 */
export function explain(error) {
  if (!(error instanceof Error)) return undefined;
  const code = Reflect.get(error, "code");
  const path = Reflect.get(error, "path") ?? "a file";
  if (String(code).startsWith("ERR_PARSE_ARGS_")) return new Fault(`${error.message.replace(/\.$/, "")}.`);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new Fault(`The disk is full (writing ${path}): free some space and start again.`);
  if (code === "EROFS") return new Fault(`${path} is on a read-only disk: use a folder that can be written.`);
  if (code === "EACCES" || code === "EPERM")
    return new Fault(`Permission denied for ${path}: make it yours (chown) or use another folder.`);
  if (code === "EADDRINUSE")
    return new Fault(`Another program has just taken port ${Reflect.get(error, "port")} on this machine: start again.`);
  return undefined;
}
