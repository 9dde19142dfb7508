import { type App, createServer, type ServiceContext, startJobs, subscribe } from "@tend/service-kit";
import { type Context, createContext, type HandlerContext } from "./context.ts";
import { onAccountUpdated } from "./handlers/on-account-updated.ts";
import { onReminderDue } from "./handlers/on-reminder-due.ts";
import { onTaskCreated } from "./handlers/on-task-created.ts";
import { cleanUpRoutes } from "./jobs/daily-cleanup.ts";
import { deliverInApp } from "./jobs/deliver-in-app.ts";
import { sendMail } from "./jobs/send-mail.ts";
import { countMails, measureMail } from "./measure.ts";
import { notificationRoutes } from "./modules/notifications/notifications.routes.ts";
import { preferenceRoutes } from "./modules/preferences/preferences.routes.ts";

/** Mails in flight at once; as many may be sent twice when the process is killed between the mail server's answer and our commit. */
export const mailsAtOnce = 10;

export async function buildApp(base: ServiceContext): Promise<App> {
  const context = await createContext(base);
  const jobs = await startJobs({
    ...context,
    concurrency: mailsAtOnce,
    tasks: {
      "send-mail": sendMail({ ...context, mails: countMails(context.metrics) }),
      "deliver-in-app": deliverInApp(context),
    },
  });
  measureMail(context.metrics, jobs);
  const app = createServer(context);
  app.addHook("onClose", async () => {
    await jobs.stop();
    await context.signals.stop();
    context.mailer?.close();
  });
  const { mailer, signals, backend } = context;
  subscribeToEvents(app, context, { canMail: mailer !== null, jobs, signals, backend, now: () => new Date() });
  notificationRoutes(app, context);
  preferenceRoutes(app, context);
  cleanUpRoutes(app, { ...context, jobs });
  return app;
}

function subscribeToEvents(app: App, context: Context, handlerContext: HandlerContext) {
  subscribe(app, {
    ...context,
    context: handlerContext,
    subscriptions: [
      { route: "/events/reminders", handlers: [onReminderDue] },
      { route: "/events/task-events", handlers: [onTaskCreated, onAccountUpdated] },
    ],
  });
}
