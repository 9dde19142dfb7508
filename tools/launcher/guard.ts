/**
 * For `/bin/sh -c`, before a name and the program with its arguments: descriptor 3 closes when our process ends, in whatever way; the
 * job beside the program then asks it to stop.
 */
export const guard = '{ cat <&3 >/dev/null; kill -TERM $$; } 2>/dev/null & exec "$@" 3<&-';
