"use client";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import TaskPanel from "./task-panel";

export default function PanelDialog({ id, onClose }: { id: string; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={onClose}>
      <DialogContent
        aria-describedby={undefined}
        className="phone:max-h-[92dvh]"
        onOpenAutoFocus={(event) => {
          event.preventDefault();
          (event.target as HTMLElement).focus();
        }}
      >
        <DialogTitle className="sr-only">Task</DialogTitle>
        <TaskPanel key={id} id={id} onClose={onClose} />
      </DialogContent>
    </Dialog>
  );
}
