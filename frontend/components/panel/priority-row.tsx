"use client";
import type { Priority } from "@tend/contracts";
import { clsx } from "clsx";
import { Flag } from "lucide-react";
import { Menu, MenuContent, MenuRadioGroup, MenuRadioItem, MenuTrigger } from "@/components/ui/menu";
import { Chip, PanelRow } from "./panel-row";
import type { RowEditProps } from "./row-edit";

const priorities: [Priority, string, string][] = [
  ["urgent", "Urgent", "text-urgent"],
  ["high", "High", "text-high"],
  ["medium", "Medium", "text-medium"],
  ["low", "Low", "text-text"],
  ["none", "None", "text-faint"],
];

export function PriorityRow({ task, onEdit }: RowEditProps) {
  const [, name, colour] = priorities.find(([value]) => value === task.priority) ?? priorities[4]!;
  const change = (value: string) => {
    const priority = value as Priority;
    if (priority !== task.priority) onEdit({ priority }, priority === "none" ? "No priority" : `Priority ${priority}`);
  };
  return (
    <PanelRow icon={Flag} label="Priority">
      <Menu>
        <MenuTrigger asChild>
          <Chip isEmpty={task.priority === "none"} className={clsx(task.priority !== "none" && colour)}>
            {task.priority === "none" ? "Set" : name}
          </Chip>
        </MenuTrigger>
        <MenuContent>
          <MenuRadioGroup value={task.priority} onValueChange={change}>
            {priorities.map(([value, label, look]) => (
              <MenuRadioItem key={value} value={value} className="text-text!">
                <Flag className={clsx("size-4!", look)} />
                {label}
              </MenuRadioItem>
            ))}
          </MenuRadioGroup>
        </MenuContent>
      </Menu>
    </PanelRow>
  );
}
