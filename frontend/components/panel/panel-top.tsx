"use client";
import { useQuery } from "@tanstack/react-query";
import { ChevronDown, Copy, Ellipsis, SkipForward, Trash2, X } from "lucide-react";
import { Dot } from "@/components/projects/dot";
import { useTasks } from "@/components/providers";
import { buttonLook } from "@/components/ui/button";
import {
  Menu,
  MenuContent,
  MenuItem,
  MenuLine,
  MenuRadioGroup,
  MenuRadioItem,
  MenuTrigger,
} from "@/components/ui/menu";
import { copyText } from "@/lib/copy";
import { projectsQuery } from "@/lib/queries";
import { say } from "@/lib/toasts";
import type { RowEditProps } from "./row-edit";

export function PanelTop({ task, onEdit, onClose }: RowEditProps & { onClose: () => void }) {
  const icon = buttonLook({ look: "quiet", size: "icon" });
  return (
    <div className="-my-px flex h-6.5 items-center gap-1 text-quiet phone:h-touch">
      <ProjectChoice task={task} onEdit={onEdit} />
      <span className="ml-auto flex gap-1">
        <TaskMenu task={task} className={icon} onClose={onClose} />
        <button type="button" aria-label="Close" onClick={onClose} className={icon}>
          <X />
        </button>
      </span>
    </div>
  );
}

function ProjectChoice({ task, onEdit }: RowEditProps) {
  const { data: projects = [] } = useQuery(projectsQuery);
  const project = projects.find((item) => item.id === task.projectId);
  const move = (projectId: string) => {
    const name = projects.find((item) => item.id === projectId)?.name;
    if (projectId !== task.projectId) onEdit({ projectId }, `Moved to ${name}`);
  };
  return (
    <Menu>
      <MenuTrigger
        disabled={task.status === "trashed"}
        aria-label={`Project: ${project?.name ?? ""}. Move`}
        className="group -ml-1.5 flex h-7 min-w-0 items-center gap-1 rounded-s px-1.5 not-disabled:hover:bg-hover phone:h-touch"
      >
        <span className="truncate">{project?.name}</span>
        <ChevronDown className="size-3.5! opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100 group-data-[state=open]:opacity-100 phone:opacity-100" />
      </MenuTrigger>
      <MenuContent>
        <MenuRadioGroup value={task.projectId} onValueChange={move}>
          {projects.map((item) => (
            <MenuRadioItem key={item.id} value={item.id}>
              <Dot colour={item.colour} className="mx-1" />
              <span className="truncate">{item.name}</span>
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  );
}

type TaskMenuProps = Pick<RowEditProps, "task"> & { className: string; onClose: () => void };

function TaskMenu({ task, className, onClose }: TaskMenuProps) {
  const actions = useTasks();
  const trash = (scope?: "this" | "all") => {
    onClose();
    void actions.trash(task, scope);
  };
  const copy = () => {
    const link = `${location.origin}/today?task=${task.id}`;
    void copyText(link).then((isCopied) => say(isCopied ? "Link copied" : `Copy it here: ${link}`));
  };
  return (
    <Menu>
      <MenuTrigger aria-label="Task menu" className={className}>
        <Ellipsis />
      </MenuTrigger>
      <MenuContent align="end">
        {task.recurrence && task.status === "open" && (
          <MenuItem onSelect={() => void actions.skip(task)}>
            <SkipForward className="size-4!" /> Skip this one
          </MenuItem>
        )}
        <MenuItem onSelect={copy}>
          <Copy className="size-4!" /> Copy link
        </MenuItem>
        {task.status !== "trashed" && (
          <>
            <MenuLine />
            <MenuItem className="text-urgent" onSelect={() => trash(task.recurrence ? "this" : undefined)}>
              <Trash2 className="size-4! text-current!" /> {task.recurrence ? "Delete this one" : "Delete"}
            </MenuItem>
            {task.recurrence && (
              <MenuItem className="text-urgent" onSelect={() => trash("all")}>
                <Trash2 className="size-4! text-current!" /> Delete all, stop repeating
              </MenuItem>
            )}
          </>
        )}
      </MenuContent>
    </Menu>
  );
}
