/** What every front door does with a path, the launcher's and nginx's. */
export const forwarded: [path: string, to: "backend" | "ui"][] = [
  ["/api/v1/tasks?x=1", "backend"],
  ["/api/auth/get-session", "backend"],
  ["/docs", "backend"],
  ["/health/ready", "backend"],
  ["/", "ui"],
  ["/inbox", "ui"],
  ["/_next/static/a.js", "ui"],
];
export const notThere = [
  "/api",
  "/api/",
  "/api/internal/occurrences",
  "/api/jobs/check-reminders",
  "/api/v2/tasks",
  "/metrics",
  "/dapr/subscribe",
  "/dapr",
];
/** They might mean something else further on. */
export const refused = [
  "/api/v1/../internal/occurrences",
  "/api/v1/%2e%2e/internal/x",
  "/api/v1/..%2finternal",
  "//api/internal/x",
  "/api/v1\\..\\internal",
  "/api/v1//x",
  "/api/v1/%zz",
];
/** None of them reaches what is behind. */
export const forged = {
  "dapr-api-token": "x",
  "dapr-caller-app-id": "todo-backend",
  "tend-refusal": "1",
  "x-forwarded-for": "8.8.8.8",
  "x-forwarded-proto": "https",
  forwarded: "for=8.8.8.8",
  "x-real-ip": "8.8.8.8",
};
