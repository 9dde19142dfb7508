"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Project } from "@tend/contracts";
import { Ellipsis } from "lucide-react";
import { lazy, useState } from "react";
import { NameInput } from "@/components/projects/name-input";
import { PageHeader } from "@/components/shell/page-header";
import { QuickAdd } from "@/components/tasks/quick-add";
import { Empty, TaskList } from "@/components/tasks/task-list";
import { Button } from "@/components/ui/button";
import { WhenWanted } from "@/components/ui/when-wanted";
import { editProject } from "@/lib/projects";
import { projectsQuery } from "@/lib/queries";
import { projectList } from "@/lib/tasks/list-filter";

const loadMenu = () => import("@/components/projects/project-menu");
const ProjectMenu = lazy(loadMenu);

function ProjectMenuWhenWanted({ project, onRename }: { project: Project; onRename: () => void }) {
  return (
    <WhenWanted
      load={loadMenu}
      standIn={(props) => (
        <Button look="quiet" size="icon" aria-label="Project menu" aria-haspopup="menu" {...props}>
          <Ellipsis />
        </Button>
      )}
    >
      <ProjectMenu project={project} onRename={onRename} />
    </WhenWanted>
  );
}

export function ProjectView({ id }: { id: string }) {
  const client = useQueryClient();
  const [isRenaming, setRenaming] = useState(false);
  const { data: projects, isSuccess } = useQuery(projectsQuery);
  const project = projects?.find((item) => item.id === id);
  if (!project)
    return isSuccess ? (
      <Empty title="This project is not there">It may have been deleted, or it is not yours.</Empty>
    ) : null;
  const rename = async (name: string) => {
    await editProject(client, id, { name });
    setRenaming(false);
  };
  return (
    <>
      <title>{`${project.name} · Tend`}</title>
      {isRenaming ? (
        <header className="mb-5">
          <h1 className="sr-only">{project.name}</h1>
          <NameInput
            label="Name of the project"
            initial={project.name}
            onSave={rename}
            onLeave={() => setRenaming(false)}
          />
        </header>
      ) : (
        <PageHeader title={project.name}>
          {!project.isInbox && <ProjectMenuWhenWanted project={project} onRename={() => setRenaming(true)} />}
        </PageHeader>
      )}
      <QuickAdd projectId={id} />
      <TaskList
        filter={projectList(id)}
        kind="project"
        label={project.name}
        empty={<Empty title="Nothing to do here">Add the first task above.</Empty>}
      />
    </>
  );
}
