import { app } from './app'

export { Meter } from './limits/meter'
export { Hub } from './live/hub'

/** The Worker. */
export default { fetch: app.fetch }
