import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ProjectView } from "@/components/views/project-view";
import { listState } from "@/lib/server-api";
import { projectList } from "@/lib/tasks/list-filter";

export const metadata: Metadata = { title: "Project" };
const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export default async function ProjectPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if (!isId.test(id)) notFound();
  return (
    <HydrationBoundary state={await listState(() => [projectList(id)])}>
      <ProjectView id={id} />
    </HydrationBoundary>
  );
}
