/** Loads a module. `again` is the end of its URL for a second try, because Firefox remembers that an import has failed. */
type Load<Module> = (again?: string) => Promise<Module>

/** Returns a function that loads a module when it is first called. After a failure, the next call tries again. */
export const lazily = <Module>(load: Load<Module>): (() => Promise<Module>) => {
  let loading: Promise<Module> | undefined
  let failures = 0
  return () => {
    loading ??= load(failures > 0 ? `#${failures}` : undefined).catch((error: unknown) => {
      loading = undefined
      failures++
      throw error
    })
    return loading
  }
}
