"use client";
import { useQueryClient } from "@tanstack/react-query";
import type { Colour, Project } from "@tend/contracts";
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
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
import { deleteProject, editProject } from "@/lib/projects";
import { sayRefused } from "@/lib/toasts";
import { allColours, Dot } from "./dot";

export default function ProjectMenu({ project, onRename }: { project: Project; onRename: () => void }) {
  const client = useQueryClient();
  const router = useRouter();
  const colour = (value: string) => void editProject(client, project.id, { colour: value as Colour }).catch(sayRefused);
  const remove = async () => {
    if (await deleteProject(client, project)) router.push("/inbox");
  };
  return (
    <Menu defaultOpen>
      <MenuTrigger aria-label="Project menu" className={buttonLook({ look: "quiet", size: "icon" })}>
        <Ellipsis />
      </MenuTrigger>
      <MenuContent align="end" onCloseAutoFocus={(event) => event.preventDefault()}>
        <MenuItem onSelect={onRename}>
          <Pencil className="size-4!" /> Rename
        </MenuItem>
        <MenuLine />
        <MenuRadioGroup value={project.colour} onValueChange={colour}>
          {allColours.map((value) => (
            <MenuRadioItem key={value} value={value} className="capitalize">
              <Dot colour={value} className="mx-1" /> {value}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
        <MenuLine />
        <MenuItem className="text-urgent" onSelect={() => void remove()}>
          <Trash2 className="size-4! text-current!" /> Delete, keep the tasks
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}
