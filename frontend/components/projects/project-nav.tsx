"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { NavItem } from "@/components/shell/nav-item";
import { addProject } from "@/lib/projects";
import { projectsQuery } from "@/lib/queries";
import { Dot } from "./dot";
import { NameInput } from "./name-input";

export function ProjectNav({ counts }: { counts?: Record<string, number> }) {
  const client = useQueryClient();
  const router = useRouter();
  const [isAdding, setAdding] = useState(false);
  const { data: projects = [] } = useQuery(projectsQuery);
  const add = async (name: string) => {
    const project = await addProject(client, name);
    setAdding(false);
    router.push(`/projects/${project.id}`);
  };
  return (
    <nav aria-label="Projects" className="grid gap-px">
      <div className="group flex items-center justify-between px-2 py-0.5 text-xs text-faint">
        <h2 className="font-[550]">Projects</h2>
        <button
          type="button"
          aria-label="Add a project"
          onClick={() => setAdding(true)}
          className="-mr-1 grid size-5.5 place-items-center rounded-s hover:bg-hover hover:text-text"
        >
          <Plus className="size-4!" />
        </button>
      </div>
      {projects
        .filter((project) => !project.isInbox)
        .map(({ id, name, colour }) => (
          <NavItem
            key={id}
            href={`/projects/${id}`}
            icon={<Dot colour={colour} className="mx-1" />}
            label={name}
            count={counts?.[id]}
          />
        ))}
      {isAdding && <NameInput label="Name of the new project" onSave={add} onLeave={() => setAdding(false)} />}
    </nav>
  );
}
