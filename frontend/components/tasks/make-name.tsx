"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { addLabel, addProject } from "@/lib/projects";
import { labelsQuery, projectsQuery } from "@/lib/queries";
import type { Understood } from "@/lib/tasks/add-task";
import { unknownName } from "@/lib/tasks/unknown-names";
import { sayRefused } from "@/lib/toasts";

type MakeNameProps = { text: string; understood: Understood | null; onMade: () => void };

/** Says that a #project or @label of the line is not there yet, and makes it. */
export function MakeName({ text, understood, onMade }: MakeNameProps) {
  const client = useQueryClient();
  const { data: projects } = useQuery(projectsQuery);
  const { data: labels } = useQuery(labelsQuery);
  if (!projects || !labels) return null;
  const unknown = unknownName(text, understood, [...projects, ...labels]);
  if (!unknown) return null;
  const { kind, name } = unknown;
  const make = async () => {
    try {
      await (kind === "project" ? addProject(client, name) : addLabel(client, name));
      onMade();
    } catch (error) {
      sayRefused(error);
    }
  };
  return (
    <p role="status" className="fade-in flex items-baseline gap-2 px-3.5 pt-1.5 text-sm text-quiet">
      <span className="min-w-0 truncate">
        There is no {kind} “{name}” yet.
      </span>
      <Button look="link" size="text" onClick={() => void make()}>
        Make it
      </Button>
    </p>
  );
}
