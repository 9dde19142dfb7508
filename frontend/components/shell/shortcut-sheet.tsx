"use client";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";

const shortcuts: [string[], string][] = [
  [["q"], "Add a task"],
  [["/"], "Search"],
  [["j", "k"], "Next, previous task"],
  [["x"], "Done, or open again"],
  [["↵"], "Open the task"],
  [["Esc"], "Close what is open"],
  [["g", "t"], "Go to Today"],
  [["g", "i"], "Go to the Inbox"],
  [["g", "u"], "Go to Upcoming"],
  [["g", "s"], "Go to Settings"],
  [["?"], "This sheet"],
];

export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onOpenChange={onClose}>
      <DialogContent className="not-phone:w-96" aria-describedby={undefined}>
        <DialogTitle className="px-5 pt-4 pb-2 text-lg font-[640] tracking-[-.01em]">Shortcuts</DialogTitle>
        <dl className="grid px-5 pb-5 text-sm">
          {shortcuts.map(([shortcut, meaning]) => (
            <div key={meaning} className="flex h-8 items-center justify-between">
              <dt className="text-quiet">{meaning}</dt>
              <dd className="flex gap-1">
                {shortcut.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </DialogContent>
    </Dialog>
  );
}
