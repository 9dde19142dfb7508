/** `npm run restored`: for a database that was put back from a copy which PostgreSQL cannot tell from its original, such as an older data folder. */
import { Fault, tell } from "./bootstrap/fault.mjs";
import { beginEpochIfRestored, restoredInWords } from "./launcher/epoch.ts";
import { credentials } from "./launcher/secrets.ts";
import { withDatabases } from "./launcher/with-databases.ts";

try {
  await withDatabases(["todo-backend"], async (url) => {
    const again = await beginEpochIfRestored({ [credentials("todo-backend")]: url }, { wasRestored: true });
    if (again === null) throw new Fault("Tend runs on this database now: stop it, then say that it was restored.");
    console.log(restoredInWords(again));
  });
} catch (error) {
  tell(error);
  process.exitCode = 1;
}
