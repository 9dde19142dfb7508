/** Checks who imports whom, by the rules of `.dependency-cruiser.mjs`, and that the files were really read. */
import { cruise, type IReporterOutput } from "dependency-cruiser";
import configuration from "../../.dependency-cruiser.mjs";
import { root } from "../bootstrap/folders.mjs";

const folders = ["backend", "notification-service", "recurring-task-service", "audit-service", "packages", "tools"];
/** Of each folder; a cruiser that cannot read TypeScript finds next to none and complains of nothing. */
const leastDependencies = 20;

process.chdir(root);
const result: IReporterOutput = await cruise(folders, {
  ...configuration.options,
  ruleSet: { forbidden: configuration.forbidden },
  validate: true,
  outputType: "json",
});
const { modules, summary } = JSON.parse(String(result.output)) as {
  modules: { source: string; dependencies: unknown[] }[];
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
};
const complaints = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
for (const folder of folders) {
  const own = modules.filter(({ source }) => source.startsWith(`${folder}/`));
  const dependencies = own.reduce((sum, module) => sum + module.dependencies.length, 0);
  if (dependencies < leastDependencies)
    complaints.push(`${folder}: only ${dependencies} imports were read from ${own.length} files`);
}
for (const complaint of complaints) console.error(complaint);
console.log(`${modules.length} modules, ${complaints.length} complaints`);
process.exitCode = complaints.length > 0 ? 1 : 0;
