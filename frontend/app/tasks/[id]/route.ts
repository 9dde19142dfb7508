import { redirect } from "next/navigation";

/** The address in mails: the task, opened beside what is due today. */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  redirect(`/today?task=${encodeURIComponent((await params).id)}`);
}
