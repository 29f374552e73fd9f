import { vi } from 'vitest'

/** Keeps what is logged from now on, each line parsed. Restore the mocks after the test. */
export const logged = () => {
  const kept: string[] = []
  for (const level of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation((line: string) => void kept.push(line))
  return { lines: (): Record<string, unknown>[] => kept.map((line) => JSON.parse(line)) }
}
