import type { ViewContext } from './view-context.ts'

/** Returns the key under which the browser remembers reports. */
export const reportsKey = ({ activeClient }: Pick<ViewContext, 'activeClient'>): string =>
  `parlour-reports ${activeClient.url}`
