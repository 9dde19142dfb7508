"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { NotificationPreferences } from "@tend/contracts";
import { Switch } from "@/components/ui/switch";
import { api } from "@/lib/api";
import { keys, meQuery, preferencesQuery } from "@/lib/queries";
import { reasonOf, sayRefused } from "@/lib/toasts";

type Kind = keyof NotificationPreferences;
type Channel = keyof NotificationPreferences[Kind];

const kinds: [Kind, string, string][] = [
  ["reminder.due", "A reminder is due", "At the second that you set"],
  ["task.created", "A task was added", "By you, a script or another app"],
];
const channels: [Channel, string][] = [
  ["in-app", "In Tend"],
  ["email", "E-mail"],
];

export function NotificationSettings() {
  const client = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const { data: preferences, error } = useQuery(preferencesQuery);
  const change = async (kind: Kind, channel: Channel, isOn: boolean) => {
    const before = preferences;
    if (!before) return;
    client.setQueryData(keys.preferences, { ...before, [kind]: { ...before[kind], [channel]: isOn } });
    try {
      const saved = await api("/notification-preferences", { method: "PATCH", body: { [kind]: { [channel]: isOn } } });
      client.setQueryData(keys.preferences, saved);
    } catch (refusal) {
      client.setQueryData(keys.preferences, before);
      sayRefused(refusal);
    }
  };
  if (error && !preferences)
    return (
      <p role="alert" className="text-sm text-quiet">
        {reasonOf(error)}
      </p>
    );
  return (
    <table className="w-full text-sm">
      <thead className="text-xs text-faint">
        <tr>
          <th scope="col" className="pb-2 text-left font-normal">
            <span className="sr-only">When</span>
          </th>
          {channels.map(([channel, name]) => (
            <th key={channel} scope="col" className="w-20 pb-2 text-right font-normal">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {kinds.map(([kind, name, note]) => (
          <tr key={kind} className="h-12 border-t border-line">
            <th scope="row" className="text-left font-normal">
              {name}
              <span className="block text-xs text-faint">{note}</span>
            </th>
            {channels.map(([channel, channelName]) => (
              <td key={channel}>
                <span className="flex justify-end">
                  <Switch
                    aria-label={`${name}: ${channelName}`}
                    disabled={!preferences || (channel === "email" && me?.mailAvailable === false)}
                    checked={preferences?.[kind][channel] ?? false}
                    onCheckedChange={(isOn) => void change(kind, channel, isOn)}
                  />
                </span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      {me?.mailAvailable === false && (
        <caption className="caption-bottom pt-3 text-left text-xs text-faint">
          This installation has no mail server yet: set SMTP_URL to send e-mail.
        </caption>
      )}
    </table>
  );
}
