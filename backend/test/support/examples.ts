import {
  AccessTokenPage,
  AuditPage,
  ChangePage,
  CompletedTask,
  Counts,
  CreatedAccessToken,
  HistoryPage,
  Label,
  LabelPage,
  Me,
  Notification,
  NotificationPage,
  NotificationPreferences,
  Preview,
  Project,
  ProjectPage,
  QuickAdded,
  ReopenedTask,
  Schedule,
  Task,
  TaskPage,
} from "@tend/contracts";
import { z } from "zod";
import * as auth from "../../src/auth/auth.schemas.ts";
import type { Belongings } from "./belongings.ts";

/** A request that the owner may make of an operation, and how it is answered. */
export type Example = {
  id?: string;
  body?: object;
  query?: string;
  status: number;
  /** What a 2xx answer is; null: nothing. */
  answer: z.ZodType | null;
  /** An access token may not do this, only a session. */
  needsSession?: boolean;
  /** Of operations outside /api/v1, which look only at the session: what somebody without one is answered. */
  withoutSession?: number;
  isStream?: boolean;
};
type Make = (mine: Belongings) => Example;

const reading = (answer: z.ZodType, query = ""): Example => ({ status: 200, answer, query });
const due = { date: "2031-05-01", time: "09:00", timeZone: "Europe/Berlin" };
const recurrence = { rrule: "FREQ=WEEKLY;BYDAY=MO", from: "due" };
const wholeTask = ({ labelId, projectId }: Belongings) => ({
  ...{ title: "Pay rent", notes: "Notes", priority: "high", labelIds: [labelId], due, deadline: "2031-05-02" },
  ...{ recurrence, projectId, sectionId: null, parentId: null, assigneeId: null },
  reminders: [{ before: "PT30M" }, { at: due }],
});
const unique = () => Math.random().toString(36).slice(2);

/** One for every operation of the document: a new route is tested as soon as its line stands here, and fails until then. */
export const examples: Record<string, Make> = {
  getMe: () => reading(Me),
  patchMe: () => ({
    ...{ status: 200, answer: Me },
    body: { name: "Grace", timeZone: "Europe/Paris", locale: "en-GB", allDayTime: "08:30" },
  }),
  getNotificationPreferences: () => reading(NotificationPreferences),
  patchNotificationPreferences: () => ({
    ...{ status: 200, answer: NotificationPreferences },
    body: { "reminder.due": { "in-app": true, email: false }, "task.created": { "in-app": false, email: false } },
  }),
  getAudit: () => reading(AuditPage, "limit=10"),
  getCounts: () => reading(Counts, "timeZone=Europe/Berlin"),
  getChanges: () => reading(ChangePage, "limit=10"),
  getStream: () => ({ status: 200, answer: null, isStream: true }),
  getTasks: (mine) => reading(TaskPage, `projectId=${mine.projectId}&labelId=${mine.labelId}&sort=-due&q=mark`),
  postTasks: (mine) => ({ status: 201, answer: Task, body: wholeTask(mine) }),
  getTasksById: ({ taskId }) => ({ ...reading(Task), id: taskId }),
  patchTasksById: (mine) => ({
    id: mine.taskId,
    query: "scope=later",
    status: 200,
    answer: Task,
    body: wholeTask(mine),
  }),
  deleteTasksById: ({ taskId }) => ({ id: taskId, query: "scope=this", status: 204, answer: null }),
  getTasksByIdHistory: ({ taskId }) => ({ ...reading(HistoryPage, "limit=10"), id: taskId }),
  getTasksByIdSchedule: ({ repeatingId }) => ({ ...reading(Schedule), id: repeatingId }),
  postTasksByIdComplete: ({ taskId }) => ({ id: taskId, status: 200, answer: CompletedTask }),
  postTasksByIdSkip: ({ repeatingId }) => ({ id: repeatingId, status: 200, answer: CompletedTask }),
  postTasksByIdReopen: ({ doneId }) => ({ id: doneId, status: 200, answer: ReopenedTask }),
  postTasksByIdRestore: ({ trashedId }) => ({ id: trashedId, status: 200, answer: Task }),
  postEventsByIdUndo: ({ eventId }) => ({ id: eventId, status: 200, answer: Task }),
  postRecurrencesPreview: () => ({
    ...{ status: 200, answer: Preview },
    body: { recurrence, due, count: 5, completedAt: "2031-05-03T10:00:00.000Z" },
  }),
  postQuickAdd: ({ projectId }) => ({
    ...{ status: 201, answer: QuickAdded },
    body: { text: "Pay rent every month on the 31st at 9am !high", timeZone: "Europe/Berlin", projectId },
  }),
  getProjects: () => reading(ProjectPage, "limit=10"),
  postProjects: () => ({ status: 201, answer: Project, body: { name: "Garden", colour: "green" } }),
  getProjectsById: ({ projectId }) => ({ ...reading(Project), id: projectId }),
  patchProjectsById: ({ projectId }) => ({
    ...{ id: projectId, status: 200, answer: Project },
    body: { name: "Balcony", colour: "blue" },
  }),
  deleteProjectsById: ({ projectId }) => ({ id: projectId, status: 204, answer: null }),
  getLabels: () => reading(LabelPage, "limit=10"),
  postLabels: () => ({ status: 201, answer: Label, body: { name: `bills ${unique()}`, colour: "red" } }),
  getLabelsById: ({ labelId }) => ({ ...reading(Label), id: labelId }),
  patchLabelsById: ({ labelId }) => ({
    ...{ id: labelId, status: 200, answer: Label },
    body: { name: `rent ${unique()}`, colour: "pink" },
  }),
  deleteLabelsById: ({ labelId }) => ({ id: labelId, status: 204, answer: null }),
  getNotifications: ({ taskId }) => reading(NotificationPage, `limit=10&taskId=${taskId}`),
  postNotificationsByIdRead: ({ notificationId }) => ({ id: notificationId, status: 200, answer: Notification }),
  postNotificationsReadAll: () => ({ status: 204, answer: null }),
  getTokens: () => reading(AccessTokenPage, "limit=10"),
  postTokens: () => ({
    ...{ status: 201, answer: CreatedAccessToken, needsSession: true },
    body: { name: "Phone", scopes: ["read"], expiresAt: "2031-05-03T10:00:00.000Z" },
  }),
  deleteTokensById: ({ tokenId }) => ({ id: tokenId, status: 204, answer: null }),

  postAuthSignUpEmail: () => ({
    ...{ status: 200, answer: auth.SignedIn, withoutSession: 200 },
    body: {
      ...{ name: "Grace", email: `${unique()}@example.com`, password: "correct horse battery" },
      ...{ timeZone: "Europe/Berlin", locale: "de", rememberMe: true },
    },
  }),
  postAuthSignInEmail: ({ account }) => ({
    ...{ status: 200, answer: auth.SignedIn, withoutSession: 200 },
    body: { email: account.email, password: account.password, rememberMe: true },
  }),
  postAuthSignOut: () => ({ status: 200, answer: auth.Done, withoutSession: 200, body: {} }),
  getAuthGetSession: () => ({ status: 200, answer: auth.PresentSession, withoutSession: 200 }),
  getAuthListSessions: () => ({ status: 200, answer: auth.Sessions, withoutSession: 401 }),
  postAuthRevokeSession: ({ sessionToken }) => ({
    ...{ status: 200, answer: z.unknown(), withoutSession: 401 },
    body: { token: sessionToken },
  }),
  postAuthRevokeSessions: () => ({ status: 200, answer: z.unknown(), withoutSession: 401, body: {} }),
  postAuthRevokeOtherSessions: () => ({ status: 200, answer: z.unknown(), withoutSession: 401, body: {} }),
  postAuthChangePassword: ({ account }) => ({
    ...{ status: 200, answer: z.unknown(), withoutSession: 401 },
    body: { currentPassword: account.password, newPassword: "another horse battery", revokeOtherSessions: true },
  }),
};
