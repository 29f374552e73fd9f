import { app } from './app'

export { Meter } from './limits/meter'

/** The Worker. */
export default { fetch: app.fetch }
