import { existsSync, readFileSync } from 'node:fs';

/**
 * The most resident memory that this process ever had, in bytes.
 *
 * On Linux the figure of getrusage begins with that of the process which started this one; the kernel's other figure does not.
 */
export function peakMemory(): number {
  const kilobytes = existsSync('/proc/self/status') && /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
  return 1024 * (kilobytes ? Number(kilobytes) : process.resourceUsage().maxRSS);
}
